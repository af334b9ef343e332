"""Where Meta's files are blind: types without a file of their own there, and what a structured field holds.

A person wrote these few lines down from Meta's other pages; no name beside them passes the judge.
"""

from collections.abc import Mapping

# Types, with the type of each of their fields.
TYPES: Mapping[str, Mapping[str, str]] = {
    # Meta's own SDK generator, facebook/facebook-business-sdk-codegen, api_specs/specs: Recommendation.json,
    # IGCommentFromUser.json, VideoStatus.json.
    "Recommendation": {
        "created_time": "datetime",
        "has_rating": "bool",
        "has_review": "bool",
        "open_graph_story": "OpenGraphStory",  # an "Object" there
        "rating": "int",
        "recommendation_type": "string",
        "review_text": "string",
        "reviewer": "User",
    },
    "IGCommentFromUser": {"id": "string", "username": "string"},
    "VideoStatus": {
        "copyright_check_status": "Object",
        "processing_phase": "Object",
        "processing_progress": "unsigned int",
        "publishing_phase": "Object",
        "uploading_phase": "Object",
        "video_status": "string",
    },
    # https://developers.facebook.com/docs/graph-api/reference/recommendation: a story on the Page, known by its id.
    "OpenGraphStory": {"id": "string"},
    # https://developers.facebook.com/docs/graph-api/reference/message
    "UnifiedMessage": {
        "id": "string",
        "created_time": "datetime",
        "from": "MessageParticipant",
        "to": "MessageParticipant",
        "message": "string",
        "attachments": "MessageAttachment",
    },
    "MessageParticipant": {"id": "string", "name": "string", "email": "string", "username": "string"},
    # https://developers.facebook.com/docs/graph-api/reference/message/attachments
    "MessageAttachment": {"id": "string", "mime_type": "string", "name": "string", "size": "int"},
    # https://developers.facebook.com/docs/graph-api/reference/story-attachment
    "StoryAttachment": {
        "description": "string",
        "media": "Object",
        "media_type": "string",
        "subattachments": "StoryAttachment",
        "target": "Object",
        "title": "string",
        "type": "string",
        "url": "string",
    },
}
# "Object" in the files: https://developers.facebook.com/docs/graph-api/reference/comment and .../pagepost say which.
OBJECTS: Mapping[tuple[str, str], str] = {
    ("Comment", "from"): "User",
    ("Comment", "attachment"): "StoryAttachment",
    ("PagePost", "from"): "User",
}
# "Object" in the files as well: what a field that is sent as JSON may hold.
STRUCTURED: Mapping[str, frozenset[str]] = {
    # https://developers.facebook.com/docs/messenger-platform/reference/send-api and .../discovery/private-replies
    "recipient": frozenset({"id", "user_ref", "post_id", "comment_id"}),
    "message": frozenset({"text", "attachment", "quick_replies", "metadata"}),
    # https://developers.facebook.com/docs/graph-api/reference/page/live_videos
    "event_params": frozenset({"start_time", "cover"}),
    # https://developers.facebook.com/docs/pages-api/posts
    "attached_media": frozenset({"media_fbid"}),
}

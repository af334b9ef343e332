"""The rehearsal Facebook's one Page and everybody who writes to it."""

import threading
from collections.abc import Callable
from datetime import datetime

from pcc_desk.rehearsal.facebook_records import (
    Comment,
    Conversation,
    Film,
    Live,
    Person,
    Photo,
    Post,
    Review,
    Said,
)


class Wall:
    """What stands on a Page and around it; safe to use from several threads under its `lock`."""

    def __init__(self, now: Callable[[], datetime], name: str) -> None:
        """Begin with an empty Page called `name`; `now` stamps what is written."""
        self.now = now
        self.lock = threading.RLock()
        self.page = Person("900100", name, "the.office")
        self.posts: dict[str, Post] = {}
        self.photos: dict[str, Photo] = {}
        self.conversations: dict[str, Conversation] = {}
        self.reviews: list[Review] = []
        self.films: dict[str, Film] = {}
        self.lives: dict[str, Live] = {}
        self._people: dict[str, Person] = {}
        self._numbers = 1_000

    def number(self) -> str:
        """Give an id nobody has yet."""
        self._numbers += 1
        return str(self._numbers)

    def person(self, name: str) -> Person:
        """Give a member of the public by name."""
        return self._people.setdefault(name, Person(f"77{len(self._people):03}", name))

    def arrive(self, answers: str, text: str, name: str = "Ann", at: datetime | None = None) -> str:
        """Let somebody comment on a post, a comment or a live video; give the comment's id."""
        with self.lock:
            return self.comment(answers, self.person(name), text, at).id

    def write_message(self, text: str, name: str = "Ann", at: datetime | None = None) -> str:
        """Let somebody write to the Page where nobody else reads it; give the message's id."""
        with self.lock:
            return self.say(self.conversation(self.person(name)), self.person(name), text, at).id

    def write_post(self, text: str, name: str = "Ann", elsewhere: bool = False) -> str:
        """Let somebody post on the Page, or name the Page in a post `elsewhere`; give the post's id."""
        with self.lock:
            person = self.person(name)
            on = person.id if elsewhere else self.page.id
            return self.post(Post(f"{on}_{self.number()}", on, person, text, self.now())).id

    def review(self, text: str, name: str = "Ann", stars: int = 0, recommends: str = "positive") -> str:
        """Let somebody review the Page; give the id under which it can be answered."""
        with self.lock:
            story = f"{self.page.id}_{self.number()}"
            by = self.person(name)
            self.reviews.append(Review(by, text, self.now(), story, stars, "" if stars else recommends))
            self.posts[story] = Post(story, "", by, text, self.now())
            return story

    def post(self, post: Post) -> Post:
        """Put a post up."""
        self.posts[post.id] = post
        return post

    def comment(self, answers: str, by: Person, text: str, at: datetime | None = None) -> Comment:
        """Put a comment under a post, a comment or a live video. Raises: KeyError."""
        above = next((each for each in self.comments if each.id == answers), None)
        under = above.post if above else answers
        kept = self.posts[under].comments if under in self.posts else self.lives[under].comments
        first = under.partition("_")[2] or under
        made = Comment(f"{first}_{self.number()}", under, above.id if above else "", by, text, at or self.now())
        kept.append(made)
        return made

    def conversation(self, with_: Person) -> Conversation:
        """Give the conversation with somebody, begun when there is none."""
        found = next((each for each in self.conversations.values() if each.with_ == with_), None)
        if found is None:
            found = Conversation(f"t_{self.number()}", with_)
            self.conversations[found.id] = found
        return found

    def say(self, where: Conversation, by: Person, text: str, at: datetime | None = None) -> Said:
        """Add a message to a conversation."""
        made = Said(f"m_{self.number()}", by, text, at or self.now())
        where.said.append(made)
        return made

    @property
    def comments(self) -> list[Comment]:
        """Every comment there is."""
        under_posts = [comment for post in self.posts.values() for comment in post.comments]
        return under_posts + [comment for live in self.lives.values() for comment in live.comments]

    @property
    def seen(self) -> int:
        """How many posts, comments and messages of the Page's own others can see."""
        said = [each for one in self.conversations.values() for each in one.said]
        writers = [each.by for each in self.posts.values()] + [each.by for each in self.comments]
        return sum(by == self.page for by in writers + [each.by for each in said])

    def take_down(self, name: str) -> bool:
        """Remove a post, comment or live video; tell whether it was there."""
        found = name in self.posts or name in self.lives or any(each.id == name for each in self.comments)
        self.posts.pop(name, None)
        self.lives.pop(name, None)
        for post in self.posts.values():
            post.comments = [each for each in post.comments if name not in (each.id, each.above)]
        for live in self.lives.values():
            live.comments = [each for each in live.comments if name not in (each.id, each.above)]
        return found

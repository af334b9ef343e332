"""Costs in words."""

from pcc_desk.model.cost import MILLS, Forecast, Spent, say_money
from pcc_desk.ui.reading.remote_text import show_handle


def say_spent(spent: Spent) -> str:
    """Say what an account has used this month, or of a ration today."""
    who = f"{spent.title} {show_handle(spent.account.handle)}"
    if spent.unit == MILLS:
        most = f" of {say_money(spent.limit)}" if spent.limit is not None else ""
        return f"{who}: {say_money(spent.amount)}{most} this month"
    most = f" of {spent.limit:,}" if spent.limit is not None else ""
    return f"{who}: {spent.amount:,}{most} {spent.unit} today"


def say_forecast(forecast: Forecast) -> str:
    """Say what sending will cost, and whether the office's limit stands in its way."""
    spent = forecast.spent
    cost = f"{spent.title} costs {say_money(forecast.mills)}."
    if forecast.passes_limit() and spent.limit is not None:
        left = say_money(max(0, spent.limit - spent.amount))
        limit = f"The office's limit leaves {left} this month, so it would not go out."
        return f"{cost} {limit} Raise the limit in Settings first."
    return f"{cost} Spent this month so far: {say_money(spent.amount)}."


def say_saving(forecast: Forecast) -> str:
    """Say what leaving out the link would save."""
    return f"Leave the link out on {forecast.spent.title} and save {say_money(forecast.saved)}"

"""Money: what things cost."""

from ccsim.scenario.fields import (
    Factor,
    MoneyPerContact,
    MoneyPerDay,
    MoneyPerMinute,
    SecondsAboveZero,
    Section,
    Share,
    Text,
    lever,
)


class Money(Section):
    """Prices; wages stand with the agents."""

    currency: Text = lever("Name of the currency, for print.", "units", examples=["GBP"])
    on_cost: Share = lever("Employer's cost on top of wages.", 0.0, examples=["20%"])
    overtime: Factor = lever("Factor on the wage for time beyond the schedule.", 1.0, examples=["1.5x"])
    full_time_week: SecondsAboveZero = lever(
        "Paid hours of a full-time agent in a week, to which the measure fte counts.", 144_000.0, examples=["38h"]
    )
    telephony: MoneyPerMinute = lever("For each minute on a live channel.", 0.0, examples=["0.03/min"])
    contacts: dict[str, MoneyPerContact] = lever(
        "For each contact, by channel.", {}, examples=[{"email": "0.05/contact"}]
    )
    gate: MoneyPerContact = lever("For each contact that enters a gate.", 0.0, examples=["0.10/contact"])
    speech_analytics: MoneyPerContact = lever(
        "For each spoken contact analysed by machine.", 0.0, examples=["0.05/contact"]
    )
    text_analytics: MoneyPerContact = lever(
        "For each written contact analysed by machine.", 0.0, examples=["0.01/contact"]
    )
    manual_review: MoneyPerContact = lever("For each contact reviewed by a person.", 0.0, examples=["1.50/contact"])
    fixed: MoneyPerDay = lever("Whatever happens.", 0.0, examples=["250/day"])

"""The indices and classes of penalty and reward as they are printed in the literature, to compare with ours.

Sources: Mikulić & Prebežac 2008 (asymmetry), Füller & Matzler 2008 as Li et al. 2025 quote it (ratio), Matzler &
Sauerwein 2002 (significance), Wang et al. 2024 (asymmetry beyond 0.2); methods.md A2.
"""

from __future__ import annotations

from typing import Literal

EffectClass = Literal["basic", "performance", "excitement", "neutral"]
RATIO_ABOVE, RATIO_BELOW = 1.1, 0.9
SIGNIFICANT_Z = 1.959963984540054


def asymmetry(penalty: float, reward: float) -> float | None:
    """(reward - penalty) / (reward + penalty), -1 pure floor to +1 pure earner; a wrong sign counts as 0, and no
    effect at all is None."""
    lost, won = max(penalty, 0.0), max(reward, 0.0)
    return (won - lost) / (won + lost) if won + lost > 0 else None


def ratio(penalty: float, reward: float) -> float | None:
    """reward / |penalty|; None without a penalty."""
    return reward / abs(penalty) if penalty else None


def class_by_ratio(penalty: float, reward: float) -> EffectClass | None:
    """Above 1.1 excitement, below 0.9 basic, else performance; never looks at the size of either."""
    found = ratio(penalty, reward)
    if found is None:
        return None
    return "excitement" if found > RATIO_ABOVE else "basic" if found < RATIO_BELOW else "performance"


def class_by_asymmetry(penalty: float, reward: float, theta: float = 0.1) -> EffectClass | None:
    """Beyond theta on either side, else performance."""
    found = asymmetry(penalty, reward)
    if found is None:
        return None
    return "excitement" if found > theta else "basic" if found < -theta else "performance"


def class_by_significance(penalty: tuple[float, float], reward: tuple[float, float]) -> EffectClass:
    """Each effect with its standard error: which of the two differs from nothing at 5 %."""
    lost, won = (abs(effect) > SIGNIFICANT_Z * error for effect, error in (penalty, reward))
    if lost and won:
        return "performance"
    return "basic" if lost else "excitement" if won else "neutral"

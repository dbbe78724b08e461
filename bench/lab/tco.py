"""What a million tokens cost on rented GPUs: whole machines and spares, peak over mean load, energy and people.

A month has 730 hours. Capacity is in tokens a second and GPU, input and output together, at the service level that is wanted.
Energy is counted on top of rent, though many prices include it, so it is an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HOURS = 730.0
SECONDS = HOURS * 3600


@dataclass(frozen=True)
class Service:
    """A month's load and what it runs on; every field may be a number or an array of draws."""

    tokens: float
    capacity: float
    peak_to_mean: float
    price_per_hour: float
    headroom: float = 0.2
    spares: int = 1
    joules_per_token: float = 0.0
    idle_watts: float = 0.0
    overhead: float = 1.3
    dollars_per_kwh: float = 0.2
    people: float = 0.0

    @property
    def needed(self) -> float:
        """GPUs that the peak keeps busy up to the headroom, before they are rounded up."""
        return self.tokens / SECONDS * self.peak_to_mean / (self.capacity * (1 - self.headroom))

    @property
    def gpus(self) -> float:
        return np.ceil(self.needed - 1e-9) + self.spares

    @property
    def utilisation(self) -> float:
        """Share of their capacity that the rented GPUs deliver over the month."""
        return self.tokens / SECONDS / (self.gpus * self.capacity)

    @property
    def rent(self) -> float:
        return self.gpus * self.price_per_hour * HOURS

    @property
    def energy(self) -> float:
        """Dollars for what tokens take and what GPUs draw while they wait, with the cooling's share (PUE)."""
        active = self.tokens * self.joules_per_token / 3.6e6
        idle = self.gpus * self.idle_watts / 1000 * HOURS * (1 - self.utilisation)
        return (active + idle) * self.overhead * self.dollars_per_kwh

    @property
    def cost(self) -> float:
        return self.rent + self.energy + self.people

    @property
    def per_million(self) -> float:
        return self.cost / (self.tokens / 1e6)

    @property
    def limit_per_million(self) -> float:
        """Dollars of rent a million tokens tend to as the load grows: no rounding, no spares."""
        used = self.capacity * (1 - self.headroom) / self.peak_to_mean
        return self.price_per_hour / (3600 * used) * 1e6

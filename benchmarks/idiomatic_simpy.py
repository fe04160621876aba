"""M/M/n+M as most people write it in SimPy: the speed that the reference engine must at least reach.

One process per contact, `with resource.request()`, request or timeout, whichever comes first.
Nothing here imports ccsim.
"""

import random
import time
from collections.abc import Generator
from typing import NamedTuple

import simpy


class Contact(NamedTuple):
    """One contact: when it arrived and how long it waited, in s, and whether it was served."""

    arrives: float
    wait: float
    served: bool


def run(arrival_rate: float, handling: float, servers: int, patience: float, hours: float, seed: int) -> list[Contact]:
    """Every contact that ended its wait within the hours (rates per s, means in s)."""
    env = simpy.Environment()
    agents = simpy.Resource(env, capacity=servers)
    chance = random.Random(seed)
    contacts: list[Contact] = []

    def contact() -> Generator[simpy.Event, object, None]:
        arrives = env.now
        with agents.request() as request:
            gives_up = env.timeout(chance.expovariate(1 / patience))
            yield request | gives_up
            served = request.triggered
            contacts.append(Contact(arrives, env.now - arrives, served))
            if served:
                yield env.timeout(chance.expovariate(1 / handling))

    def arrivals() -> Generator[simpy.Event, object, None]:
        while True:
            yield env.timeout(chance.expovariate(arrival_rate))
            env.process(contact())

    env.process(arrivals())
    env.run(until=hours * 3600)
    return contacts


def main() -> None:
    """Print the speed on the queue of `scenarios/erlang-floor.yaml`: 2 a minute, 5 min, 10 agents, patience 3 min."""
    begins = time.perf_counter()
    contacts = run(arrival_rate=2 / 60, handling=300.0, servers=10, patience=180.0, hours=2000.0, seed=1)
    seconds = time.perf_counter() - begins
    abandoned = sum(not contact.served for contact in contacts) / len(contacts)
    print(f"{len(contacts):,} contacts in {seconds:.2f} s: {len(contacts) / seconds:,.0f} contacts/s")
    print(f"abandoned {abandoned:.4f} (Erlang A: 0.1406)")


if __name__ == "__main__":
    main()

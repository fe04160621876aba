"""M/M/n+M in Ciw, as its manual writes a queue with reneging. Nothing here imports ccsim."""

import ciw


def run(arrival_rate: float, handling: float, servers: int, patience: float, hours: float, seed: int) -> int:
    """How many contacts ended their wait within the hours (rates per s, means in s)."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(arrival_rate)],
        service_distributions=[ciw.dists.Exponential(1 / handling)],
        number_of_servers=[servers],
        reneging_time_distributions=[ciw.dists.Exponential(1 / patience)],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(hours * 3600)
    return len(simulation.get_all_records())

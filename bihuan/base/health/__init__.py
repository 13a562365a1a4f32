"""Whether this installation is well: for load balancers, for monitors, for whoever is on duty.

    /health/live      this process answers; it asks nobody else
    /health/ready     the database answers and has the tables of this code
    /health/metrics   figures in the text format of Prometheus, behind METRICS_TOKEN

A worker that is silent and a disk that fills are told by ``ready``, and do not take the pages
away: whoever reads them is served all the same. With ``?strict`` they count too.
"""

from __future__ import annotations

from bihuan.base.health.figures import Figure, figures_of, register_figures
from bihuan.base.health.state import State, states

__all__ = ["Figure", "State", "figures_of", "register_figures", "states"]

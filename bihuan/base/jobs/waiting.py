"""How long a job that failed waits before it is tried again.

    wait = a random part, at least half, of min(1 hour, 5 seconds × 2 ** attempts so far)

Doubling gives whatever is down time to come up; the random part keeps a thousand
jobs that failed together from coming back together.

>>> [longest_wait(attempts) for attempts in (0, 1, 5, 30)]
[5, 10, 160, 3600]
"""

from __future__ import annotations

from secrets import randbelow

FIRST_SECONDS = 5
MOST_SECONDS = 3600


def longest_wait(attempts: int) -> int:
    """Return the most seconds to wait after so many attempts before this one."""
    doublings = min(attempts, MOST_SECONDS.bit_length())  # More cannot matter, only overflow.
    return min(MOST_SECONDS, FIRST_SECONDS << doublings)


def wait(attempts: int) -> int:
    """Return the seconds to wait: anything from half of the longest wait to all of it.

    >>> all(80 <= wait(5) <= 160 for _ in range(100))
    True
    """
    longest = longest_wait(attempts)
    return longest - randbelow(longest // 2 + 1)

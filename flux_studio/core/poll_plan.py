"""When to ask whether a job is done: the cheapest times for a given distribution of durations."""

from math import ceil, exp, log

from flux_studio.core.durations import Durations

MIN_GAP = 0.3
MAX_GAP = 20.0


def requests_of_fixed(durations: Durations, pace: float) -> float:
    times, shares = durations.times, durations.shares
    return sum(
        (shares[i] - shares[i - 1]) * ceil((times[i] + times[i - 1]) / (2.0 * pace))
        for i in range(1, len(times))
    )


def solve(times, shares, area, price):
    """next index for each, expected requests, expected delay (from time 0)."""
    n = len(times)
    last = n - 1
    after = [last] * n
    cost = [0.0] * n
    asked = [0.0] * n
    slopes = [0.0] * n
    lines = [0.0] * n
    which = [0] * n
    head, top = 0, 0
    k = last
    at = times[last]
    for i in range(last - 1, -1, -1):
        t = times[i]
        x = shares[i]
        while at >= t + MIN_GAP:
            c = area[k] + cost[k]
            while top - head >= 2:
                s1, c1 = slopes[top - 1], lines[top - 1]
                s2, c2 = slopes[top - 2], lines[top - 2]
                # s2 > s1 > at
                if (c1 - c2) * (s1 - at) >= (c - c1) * (s2 - s1):
                    # line top-1 is nowhere below both neighbours
                    # placeholder orientation checked by the tests
                    top -= 1
                else:
                    break
            slopes[top], lines[top], which[top] = at, c, k
            top += 1
            k -= 1
            at = times[k]
        if top == 0:
            nxt = last
        else:
            while top - head >= 2 and lines[head + 1] - slopes[head + 1] * x <= lines[head] - slopes[head] * x:
                head += 1
            nxt = which[head]
        far = t + MAX_GAP
        if times[nxt] > far:
            j = nxt
            while j > i + 1 and times[j] > far:
                j -= 1
            nxt = j
        left = 1.0 - x
        after[i] = nxt
        cost[i] = price * left + area[nxt] - area[i] - x * (times[nxt] - t) + cost[nxt]
        asked[i] = left + asked[nxt]
    return after, asked[0], cost[0] - price * asked[0]


def area_under(durations):
    times, shares = durations.times, durations.shares
    out = [0.0]
    for i in range(1, len(times)):
        out.append(out[-1] + 0.5 * (shares[i] + shares[i - 1]) * (times[i] - times[i - 1]))
    return out


def matched(durations: Durations, pace: float, thrift: float = 0.98):
    times, shares = durations.times, durations.shares
    area = area_under(durations)
    goal = max(1.0, thrift * requests_of_fixed(durations, pace))
    floor = min(0.35, 0.025 * durations.quantile(0.5)) * pace / 2
    low, high = log(0.002), log(20.0)
    best = None
    for _ in range(9):
        mid = 0.5 * (low + high)
        after, asked, delay = solve(times, shares, area, exp(mid))
        if asked > goal or delay < floor:
            low = mid
        else:
            high = mid
            best = after
    if best is None:
        best, *_ = solve(times, shares, area, exp(high))
    return tuple(times[i] for i in best)

# SPDX-License-Identifier: MIT
"""Two plots as SVG: ratios as dots on a logarithmic axis, and times against distance."""
import math

STYLE = """<style>
text { font: 12px sans-serif; fill: #24292f }
.title { font-weight: bold; font-size: 14px }
.small { font-size: 11px; fill: #57606a }
.grid { stroke: #d0d7de; stroke-width: 1 }
.one { stroke: #57606a; stroke-width: 1.5 }
</style>"""
COLOURS = {"limit": "#57606a", "early": "#8c6bb1", "dynamic": "#0969da", "static": "#1a7f37",
           "skopeo": "#bc4c00", "crane": "#bf8700"}
LABELS = {"limit": "limit", "early": "limit, everything known, connects in parallel",
          "dynamic": "scanreq, dynamic", "static": "scanreq, static", "skopeo": "skopeo -n",
          "crane": "crane config"}

TOP, STEP = 84, 24   # of the rows of ratios


def escaped(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;")


def text(x, y, content, anchor="start", kind=""):
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escaped(content)}</text>'


def line(x1, y1, x2, y2, kind="grid"):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def dot(x, y, colour):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" fill-opacity="0.85"/>'


def svg(width, height, title, parts):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escaped(title)}</title>", STYLE,
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>", ""])


def legend(names, x, y, step=150):
    parts = []
    for number, name in enumerate(names):
        parts += [dot(x + number * step, y - 4, COLOURS[name]),
                  text(x + number * step + 10, y, LABELS[name])]
    return parts


class LogAxis:
    def __init__(self, low, high, left, right):
        self.low, self.scale = math.log10(low), (right - left) / math.log10(high / low)
        self.left, self.right = left, right

    def at(self, value):
        x = self.left + (math.log10(value) - self.low) * self.scale
        return min(max(x, self.left), self.right)


def _panel(title, axis, ticks, rows, points):
    """`points(work)` are (contender, ratio) pairs."""
    top, step = TOP, STEP
    bottom = top + step * len(rows)
    parts = [text(axis.left, top - 32, title, kind="small")]
    for tick in ticks:
        x = axis.at(tick)
        parts += [line(x, top - 8, x, bottom, "one" if tick == 1 else "grid"),
                  text(x, top - 13, f"{tick:g}", "middle", "small")]
    for number, work in enumerate(rows):
        y = top + step * number + step / 2
        parts += [line(axis.left, y, axis.right, y)]
        parts += [dot(axis.at(ratio), y, COLOURS[name]) for name, ratio in points(work) if ratio]
    return parts


def ratios(works):
    """Wall time of each work: times the limit's, and times that of skopeo."""
    rows = [work for work in works if work.median("limit")]
    contenders = [name for name in ("static", "dynamic", "skopeo", "crane")
                  if any(work.median(name) for work in rows)]
    width, height = 1040, TOP + STEP * len(rows) + 20
    parts = [text(20, 24, "Wall time as a ratio, medians of one run", kind="title"),
             *legend(contenders, 400, 24)]
    for number, work in enumerate(rows):
        parts.append(text(20, TOP + STEP * number + 16, work.key))
    parts += _panel("times the limit (1: the limit itself)", LogAxis(0.3, 3000, 130, 620),
                    (0.5, 1, 2, 5, 10, 100, 1000), rows,
                    lambda work: [(name, work.ratio(name, "limit")) for name in contenders])
    parts += _panel("times skopeo -n (1: as fast as skopeo)", LogAxis(0.0005, 2, 660, 1020),
                    (0.001, 0.01, 0.1, 1), rows,
                    lambda work: [(name, work.ratio(name, "skopeo"))
                                  for name in contenders if name in ("static", "dynamic")])
    return svg(width, height, "Ratios to the limit and to skopeo", parts)


def _curve(name, points, x_at, y_at):
    path = " ".join(f"{x_at(x):.1f},{y_at(y):.1f}" for x, y in points)
    dash = ' stroke-dasharray="5 4"' if name in ("limit", "early") else ""
    return [f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" '
            f'stroke-width="2"{dash}/>'] + [dot(x_at(x), y_at(y), COLOURS[name])
                                            for x, y in points]


def _chart(title, curves, left, top, size):
    width, height = size
    highest = max((y for points in curves.values() for _, y in points), default=1)
    furthest = max((x for points in curves.values() for x, _ in points), default=1) or 1

    def x_at(x):
        return left + x / furthest * width

    def y_at(y):
        return top + height - y / highest * height
    parts = [text(left, top - 10, title)]
    step = 10 ** math.floor(math.log10(highest)) / (1 if highest >= 4 * 10 ** math.floor(
        math.log10(highest)) else 4)
    for number in range(int(highest / step) + 1):
        y = y_at(number * step)
        parts += [line(left, y, left + width, y),
                  text(left - 6, y + 4, f"{number * step:g}", "end", "small")]
    for x in sorted({x for points in curves.values() for x, _ in points}):
        parts.append(text(x_at(x), top + height + 16, f"{x:g} ms", "middle", "small"))
    for name, points in curves.items():
        parts += _curve(name, points, x_at, y_at)
    return parts


def distances(charts):
    """charts: {title: {contender: [(milliseconds away, median wall time), ...]}}"""
    names = [name for name in COLOURS if any(name in curves for curves in charts.values())]
    parts = [text(20, 24, "Wall time (ms) against the time of a round trip", kind="title"),
             *legend([name for name in names if name != "early"], 420, 24, 130)]
    if "early" in names:
        parts += legend(["early"], 420, 46)
    for number, (title, curves) in enumerate(charts.items()):
        parts += _chart(title, curves, 60 + number % 2 * 510, 90 + number // 2 * 300, (440, 220))
    height = 90 + (len(charts) + 1) // 2 * 300 - 40
    return svg(1040, height, "Time against distance", parts)

#!/usr/bin/env python3
"""Draws what a command printed, colours included, as an SVG: terminal-picture.py TITLE < ansi.txt > picture.svg

Only the escape codes that orchplan prints are understood: SGR with 0-9 attributes and the eight colours.
"""
import html
import re
import sys
import unicodedata

COLOURS = {30: "#484f58", 31: "#ff7b72", 32: "#3fb950", 33: "#d29922", 34: "#58a6ff", 35: "#bc8cff", 36: "#39c5cf",
           37: "#b1bac4", 90: "#8b949e"}
WIDTH, HEIGHT, PAD = 8.43, 19, 16


def spans(line):
    colour, bold, dim, text = None, False, False, ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not part.startswith("\x1b["):
            if part:
                yield part, colour, bold, dim
            continue
        for code in [int(c or 0) for c in part[2:-1].split(";")]:
            if code == 0:
                colour, bold, dim = None, False, False
            elif code == 1:
                bold = True
            elif code == 2:
                dim = True
            elif code == 22:
                bold = dim = False
            elif code == 39:
                colour = None
            elif code in COLOURS:
                colour = COLOURS[code]


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def main():
    title = sys.argv[1] if len(sys.argv) > 1 else ""
    lines = re.sub(r"\x1b\[[0-9;?]*[A-LN-Zhl]", "", sys.stdin.read()).rstrip("\n").split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    columns = max([cells(line) for line in plain] + [60])
    width, height = columns * WIDTH + 2 * PAD, len(lines) * HEIGHT + 2 * PAD + 28
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img" '
           f'aria-label="{html.escape(title, quote=True)}">',
           f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
           *(f'<circle cx="{20 + 18 * i}" cy="18" r="5.5" fill="{c}"/>' for i, c in
             enumerate(("#ff5f56", "#ffbd2e", "#27c93f"))),
           f'<text x="50%" y="22" text-anchor="middle" font-family="sans-serif" font-size="12" fill="#8b949e">'
           f'{html.escape(title)}</text>',
           '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="#e6edf3" '
           'xml:space="preserve">']
    for row, line in enumerate(lines):
        x, y = 0, PAD + 28 + row * HEIGHT + 6
        for text, colour, bold, dim in spans(line):
            style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if bold else "") + (
                ' opacity="0.6"' if dim else "")
            size = cells(text)
            if text.strip():
                out.append(f'<text x="{PAD + x * WIDTH:.2f}" y="{y}" textLength="{size * WIDTH:.2f}"{style}>'
                           f'{html.escape(text)}</text>')
            x += size
    print("\n".join(out + ["</g>", "</svg>"]))


if __name__ == "__main__":
    main()

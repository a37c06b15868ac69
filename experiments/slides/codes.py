"""codes.py - claims about float16, int8, the core equation and its example"""
# SPDX-License-Identifier: GPL-3.0-or-later
from math import log
from statistics import mean

from look import FAILS, HOLDS, PARTLY, claim


# ---- float16 and int8

def fp16(see, kind):
    return see.one(see.rows("fp16-kinds", "slides", "fp16"), kind=kind)


@claim("float16", "a value is (-1)^s (1 + m) 2^(e - 15)", "halfstep slides fp16")
def formula(see):
    rows = see.rows("fp16-kinds", "slides", "fp16")
    held, codes = sum(r["formula_holds"] for r in rows), sum(r["codes"] for r in rows)
    return (f"for {held:,.0f} of {codes:,.0f} codes", HOLDS if held == codes else PARTLY if held else FAILS,
            "normal numbers; zeros and subnormals, (-1)^s m 2^-14, infinities and NaN are left out")


@claim("float16", "1 sign bit, 5 of exponent, 10 of mantissa", "halfstep slides fp16")
def bits(see):
    rows = see.rows("fp16-components", "slides", "fp16")
    counts = [int(r["bits"]) for r in rows]
    return (", ".join(f"{r['component']} {r['bits']:.0f}" for r in rows) + f": {sum(counts)} bits",
            HOLDS if counts == [1, 5, 10] else FAILS, "")


@claim("float16", "exponents reach from -14 to 15", "halfstep slides fp16")
def exponents(see):
    normal = fp16(see, "normal")
    low, high = log(normal["smallest"], 2), log(normal["largest"], 2)
    return (f"normal numbers from {normal['smallest']:.4g} = 2^{low:.0f} to {normal['largest']:.0f} < 2^{int(high) + 1}",
            HOLDS if round(low) == -14 and int(high) == 15 else FAILS, "the exponent without its bias of 15")


@claim("float16", "range and precision are reduced", "halfstep slides fp16")
def reduced(see):
    tenth = see.one(see.rows("fp16-values", "slides", "fp16"), value=0.1)
    largest = fp16(see, "normal")["largest"]
    return (f"largest {largest:.0f} (float32: 3.4e38); 0.1 is off by {abs(tenth['error']) / 0.1:.1e} of it "
            "(float32: 1.5e-8)", HOLDS if largest < 3.4e38 and abs(tenth["error"]) / 0.1 > 1.5e-8 else FAILS, "against float32")


@claim("int8", "8 bits, two's complement", "halfstep slides int8")
def twos(see):
    row = see.rows("int8-components", "slides", "int8")[0]
    return (f"{row['values']:.0f} values, {row['smallest']:.0f} to {row['largest']:.0f}, {row['zeros']:.0f} zero",
            HOLDS if (row["smallest"], row["largest"], row["bits"]) == (-128, 127, 8) else FAILS, "")


@claim("int8", "the bits are sign and magnitude (the row's label)", "halfstep slides int8")
def magnitude(see):
    rows = see.rows("int8-values", "slides", "int8")
    same = [r["value"] for r in rows if r["twos_complement"] == r["read_as_sign_and_magnitude"]]
    wrong = see.one(rows, value=-111)
    return (f"read so, -111 would be {wrong['read_as_sign_and_magnitude']:.0f}; {len(same)} of {len(rows)} examples agree, "
            f"{sum(v < 0 for v in same) or 'none'} of them negative",
            FAILS if len(same) < len(rows) else HOLDS, "the note beside the label is right: two's complement")


# ---- the core equation and its example

@claim("core equation", "x = S (x_q - Z)", "halfstep slides equation")
def equation(see):
    rows = see.rows("equation-properties", "slides", "equation")
    return (f"of {rows[0]['holds']:.0f} of {rows[0]['of']:.0f} codes; {rows[2]['holds']:,.0f} of {rows[2]['of']:,.0f} values in the "
            "range come back within S/2", PARTLY if all(r["holds"] == r["of"] for r in rows) else FAILS,
            "equality for values that have a code, half a step for others in the range, any error beyond it")


@claim("core equation", "S is what a step of the integer is worth", "halfstep slides equation")
def step(see):
    rows = see.rows("equation-codes", "slides", "equation")
    steps = [(b["x"] - a["x"]) / (b["x_q"] - a["x_q"]) for a, b in zip(rows, rows[1:])]
    return (f"{mean(steps):.6f} a step between any two of the example's codes",
            HOLDS if max(steps) - min(steps) < 1e-6 else FAILS, "")


@claim("core equation", "x_q lies in [-128, 127], S > 0, Z is an integer", "halfstep slides equation")
def symbols(see):
    codes = [r["x_q"] for r in see.rows("equation-codes", "slides", "equation")]
    z = see.one(see.rows("equation-symbols", "slides", "equation"), symbol="Z")["example"]
    return (f"codes {min(codes):.0f} to {max(codes):.0f}, Z = {z:.0f}",
            HOLDS if min(codes) >= -128 and max(codes) <= 127 and z == int(z) else FAILS,
            "by clipping and by rounding; symmetric grids leave -128 out and have Z = 0")


@claim("core equation", "Z gives 0 an integer in the range", "halfstep slides equation")
def zero(see):
    row = see.rows("equation-properties", "slides", "equation")[1]
    held = row["holds"] == row["of"]
    return ("in the example, -43" if held else "not in the example", PARTLY if held else FAILS,
            "if the range of x contains 0; halfstep widens it where it does not")


@claim("example", "[-1, 2] on int8: S = 3/255, about 0.01176", "halfstep slides example")
def scale(see):
    row = see.rows("example-setup", "slides", "example")[0]
    return f"{row['S']} = {row['S_float32']:.7f}", HOLDS if f"{row['S_float32']:.5f}" == "0.01176" else FAILS, ""


@claim("example", "Z = -43", "halfstep slides example")
def zero_point(see):
    row = see.rows("example-setup", "slides", "example")[0]
    return f"{row['Z']:.0f}, {row['note']}", HOLDS if row["Z"] == -43 else FAILS, ""


CONVENTIONS = "slides", "torch", "onnx", "tflite"


def mapped(x, deck):
    @claim("example", f"{x} -> {deck}", "halfstep slides example")
    def value(see):
        row = see.one(see.rows("example-codes", "slides", "example"), x=x)
        answers = {k: v for k, v in row.items() if k not in ("x", "exact", "tie", "deck")}
        same = [k for k, v in answers.items() if v == deck]
        printed = [r["S"] for r in see.rows("example-printed", "slides", "example") if r[f"{x:g}"] != deck]
        return (f"{len(same)} of {len(answers)} conventions" + (f"; exactly {row['exact']}, a tie" if row["tie"] else ""),
                HOLDS if len(same) == len(answers) else PARTLY if same else FAILS,
                "; ".join(["rounded as " + ", ".join(k for k in same if k in CONVENTIONS)] * bool(row["tie"])
                          + ["not with S printed as " + ", ".join(str(p) for p in printed)] * bool(printed)))


mapped(-0.8, -111)
mapped(0.5, -1)
mapped(1.5, 85)

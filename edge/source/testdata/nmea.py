"""Writes sentences, published ones and random ones, and what pynmea2 reads in them:
a line each, the sentence, a tab, an object of channels."""
import json
import random

import pynmea2

PUBLISHED = """$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A
$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47
$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62
$GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68
$GNRMC,001031.00,A,4404.13993,N,12118.86023,W,0.146,,100117,,,A*7B
$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,*5B
$GNGGA,203415.000,6325.6138,N,01021.4290,E,1,8,2.42,72.5,M,41.5,M,,*7C
$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39
$GNGSA,A,3,13,12,22,19,08,21,,,,,,,1.05,0.64,0.83,4*0B
$GPVTG,045.5,T,067.5,M,30.45,N,56.40,K*4B
$GPVTG,220.86,T,,M,2.550,N,4.724,K,A*34
$GPHDT,274.07,T*03
$GPGGA,,,,,,0,00,99.99,,,,,,*48
$GPRMC,,V,,,,,,,,,,N*53""".splitlines()

KNOT = 1852 / 3600


def coordinate(rng, limit, width):
    degrees, minutes = rng.randrange(limit), rng.random() * 59.9999
    return f"{degrees:0{width}d}{minutes:07.4f}"


def made(rng):
    clock = f"{rng.randrange(24):02d}{rng.randrange(60):02d}{rng.randrange(60):02d}.{rng.randrange(100):02d}"
    place = (coordinate(rng, 90, 2), rng.choice("NS"), coordinate(rng, 180, 3), rng.choice("EW"))
    talker = rng.choice(["GP", "GN", "GL", "GA", "II"])
    return [
        pynmea2.RMC(talker, "RMC", (clock, "A") + place + (f"{rng.random() * 100:.2f}", f"{rng.random() * 360:.1f}",
                    f"{rng.randrange(1, 29):02d}{rng.randrange(1, 13):02d}{rng.randrange(18, 68):02d}", "", "", "A")),
        pynmea2.GGA(talker, "GGA", (clock,) + place + (str(rng.choice([1, 2, 4, 5])), f"{rng.randrange(40):02d}",
                    f"{rng.random() * 9:.2f}", f"{rng.random() * 4000 - 400:.1f}", "M", "40.1", "M", "", "")),
        pynmea2.GSA(talker, "GSA", ("A", str(rng.randrange(1, 4))) + ("",) * 12 + tuple(f"{rng.random() * 20:.2f}" for _ in range(3))),
        pynmea2.VTG(talker, "VTG", (f"{rng.random() * 360:.2f}", "T", "", "M", f"{rng.random() * 50:.3f}", "N", "1.0", "K", "A")),
        pynmea2.HDT(talker, "HDT", (f"{rng.random() * 360:.2f}", "T")),
    ]


def read(text):
    m = pynmea2.parse(text, check=True)
    number = lambda v: None if v in (None, "") else float(v)
    kind = m.sentence_type
    if kind == "RMC" and m.status == "A":
        v = {"latitude": m.latitude, "longitude": m.longitude, "course": number(m.true_course)}
        v["speed"] = None if m.spd_over_grnd is None else KNOT * m.spd_over_grnd
        v["time"] = m.datetime.timestamp()
    elif kind == "GGA":
        v = {"fix_quality": float(m.gps_qual), "satellites": number(m.num_sats), "hdop": number(m.horizontal_dil)}
        if m.gps_qual:
            v |= {"latitude": m.latitude, "longitude": m.longitude, "altitude": number(m.altitude)}
    elif kind == "GSA":
        v = {"fix_type": number(m.mode_fix_type), "pdop": number(m.pdop), "hdop": number(m.hdop), "vdop": number(m.vdop)}
    elif kind == "VTG":
        v = {"course": number(m.true_track), "speed": KNOT * float(m.spd_over_grnd_kts)}
    elif kind == "HDT":
        v = {"heading": number(m.heading)}
    else:
        v = {}
    return {k: x for k, x in v.items() if x is not None}


rng = random.Random(7)
for text in PUBLISHED + [str(m) for _ in range(60) for m in made(rng)]:
    print(text, json.dumps(read(text)), sep="\t")

"""Plays an autopilot by pymavlink, from a seed.

mavlink.py expect LINK VERSION SIGNED JUNK   writes what is to be read: a JSON object a line, and how much is no frame
mavlink.py send   LINK VERSION SIGNED JUNK   sends it, when a heartbeat of the companion's has come
mavlink.py flight LINK CSV ROWS              sends a recording as HIGHRES_IMU

Scales are from the units in common.xml, which pymavlink carries."""
import csv
import json
import math
import os
import random
import struct
import sys
import time

mode, link = sys.argv[1:3]
version, signed, junk = ("2", "0", "0") if mode == "flight" else sys.argv[3:6]
os.environ["MAVLINK_DIALECT"] = "common"
os.environ["MAVLINK20" if version == "2" else "MAVLINK09_NOT"] = "1"
from pymavlink import mavutil  # noqa: E402
from pymavlink.dialects.v20 import common as v2  # noqa: E402

if version == "2":
    mav = v2
else:
    from pymavlink.dialects.v10 import common as mav

KEY = bytes(range(32))
NAMES = ("HEARTBEAT SYS_STATUS SYSTEM_TIME GPS_RAW_INT SCALED_IMU RAW_IMU SCALED_PRESSURE ATTITUDE ATTITUDE_QUATERNION "
         "GLOBAL_POSITION_INT VFR_HUD HIGHRES_IMU BATTERY_STATUS VIBRATION").split()
SCALES = {"degE7": 1e-7, "degE5": 1e-5, "cdeg": 0.01, "mm": 0.001, "mm/s": 0.001, "cm/s": 0.01, "mG": 9.80665e-3, "mrad/s": 0.001, "gauss": 1e-4,
          "mgauss": 1e-7, "cdegC": 0.01, "hPa": 100, "mV": 0.001, "cA": 0.01, "mAh": 3.6, "hJ": 100, "d%": 0.1, "c%": 0.01, "us": 1e-6, "ms": 1e-3}
UNKNOWN = {("SYS_STATUS", "voltage_battery"): 65535, ("SYS_STATUS", "current_battery"): -1, ("SYS_STATUS", "battery_remaining"): -1,
           ("GPS_RAW_INT", "eph"): 65535, ("GPS_RAW_INT", "epv"): 65535, ("GPS_RAW_INT", "vel"): 65535, ("GPS_RAW_INT", "cog"): 65535,
           ("GPS_RAW_INT", "satellites_visible"): 255, ("GLOBAL_POSITION_INT", "hdg"): 65535, ("BATTERY_STATUS", "temperature"): 32767,
           ("BATTERY_STATUS", "voltages"): 65535, ("BATTERY_STATUS", "current_battery"): -1, ("BATTERY_STATUS", "current_consumed"): -1,
           ("BATTERY_STATUS", "energy_consumed"): -1, ("BATTERY_STATUS", "battery_remaining"): -1}
RANGES = {"uint8_t": (0, 200), "int8_t": (-128, 127), "uint16_t": (0, 65000), "int16_t": (-32768, 32000), "uint32_t": (0, 2**32 - 1), "int32_t": (-2**31, 2**31 - 1)}
UNIX = 1_700_000_000_000_000  # microseconds
ROUNDS = 40


def value(rng, name, kind, field, unit, unknown, boot):
    if field == "time_boot_ms":
        return boot
    if field in ("time_usec", "time_unix_usec"):
        return UNIX + 1000 * boot
    if unknown and (name, field) in UNKNOWN:
        return UNKNOWN[name, field]
    if kind == "float":
        return struct.unpack("f", struct.pack("f", rng.uniform(-100, 100)))[0]
    v = rng.randint(*RANGES[kind])
    return v if v != UNKNOWN.get((name, field)) else 1


def made(rng):
    """Gives messages with what is to be read in them."""
    boot = 1000
    for i in range(ROUNDS):
        for name in NAMES:
            boot += 7
            c = getattr(mav, f"MAVLink_{name.lower()}_message")
            full = getattr(v2, f"MAVLink_{name.lower()}_message")
            kinds = dict(zip(full.fieldnames, full.fieldtypes))
            counts = dict(zip(full.fieldnames, (full.array_lengths[full.orders[j]] for j in range(len(full.fieldnames)))))
            arguments, want = [], {}
            for field in c.fieldnames:
                unit = full.fieldunits_by_name.get(field)
                n = counts[field]
                vs = [value(rng, name, kinds[field], field, unit, i % 5 == 4, boot) for _ in range(max(1, n))]
                arguments.append(vs if n else vs[0])
                if field in ("time_usec", "time_boot_ms") and name != "SYSTEM_TIME":
                    continue
                for j, v in enumerate(vs):
                    if UNKNOWN.get((name, field)) != v:
                        want[f"{field}[{j}]" if n else field] = v * (0.01 if field in ("eph", "epv") else SCALES.get(unit, 1))  # of these only the text says it
            stamped = "time_usec" in c.fieldnames or "time_boot_ms" in c.fieldnames
            yield c(*arguments), {"message": name, "values": want, "time": (UNIX / 1000 + boot) / 1000 if stamped else None}


def broken(rng, frame):
    """Gives bytes that are no frame, and whether there are any: none in some that are just not for us."""
    kind = rng.randrange(5)
    if kind == 0:
        return bytes(rng.choice([0xFD, 0xFE]) if rng.random() < 0.05 else rng.randrange(256) for _ in range(rng.randrange(1, 400))), 1
    if kind == 1:
        return frame[:rng.randrange(4, len(frame))], 1
    if kind == 2:
        i = rng.randrange(10, len(frame))
        return frame[:i] + bytes([frame[i] ^ 0x55]) + frame[i + 1:], 1
    sender = mav.MAVLink(None, srcSystem=9 if kind == 3 else 1, srcComponent=1)
    other = mav.MAVLink_vfr_hud_message(1, 2, 3, 4, 5, 6) if kind == 3 else mav.MAVLink_statustext_message(6, b"\xfd\xfe hello")
    if signed == "1":
        sender.signing.secret_key, sender.signing.sign_outgoing = KEY, True
        sender.signing.timestamp, sender.signing.link_id = 10**12 + rng.randrange(10**6), 77
    return other.pack(sender), 0


if mode == "expect":
    rng, mess = random.Random(3), random.Random(4)
    for message, want in made(rng):
        print(json.dumps(want))
    sys.exit()

connection = mavutil.mavlink_connection(link, baud=57600, source_system=1, source_component=1)
if signed == "1":
    connection.setup_signing(KEY, sign_outgoing=True)
mark = mav.MAVLink_heartbeat_message(2, 12, 0, 2**32 - 1, 0, 3)  # what the reader is to drop
print("up", flush=True)
while True:
    if not link.startswith("udpin") and not link.startswith("tcpin"):
        connection.mav.send(mark)
    heard = connection.recv_match(type="HEARTBEAT", blocking=True, timeout=0.1)
    if heard and heard.get_srcComponent() == 191:
        assert (heard.get_srcSystem(), heard.type, heard.autopilot) == (1, 18, 8), heard
        break
if mode == "flight":
    with open(sys.argv[3]) as f:
        for i, row in zip(range(int(sys.argv[4])), csv.DictReader(f)):
            v = [float(row[f"accelerometer_m_s2[{j}]"]) for j in range(3)] + [float(row[f"gyro_rad[{j}]"]) for j in range(3)] + [float(row[f"magnetometer_ga[{j}]"]) for j in range(3)]
            connection.mav.highres_imu_send(int(row["timestamp"]), *v, 1013.25, 0, float(row["baro_alt_meter"]), float(row["baro_temp_celcius"]), 0x1FFF)
            time.sleep(0.0002)
else:
    rng, mess, count, last = random.Random(3), random.Random(4), 0, None
    for message, _ in made(rng):
        frame = message.pack(connection.mav)
        connection.mav.seq = (connection.mav.seq + 1) % 256
        if junk == "1" and mess.random() < 0.3:
            bad, n = broken(mess, frame)
            connection.write(bad)
            count += n
        if signed == "1" and mess.random() < 0.1:
            if last:
                connection.write(last)  # again: its signature is old
                count += 1
            connection.mav.signing.sign_outgoing = False
            connection.mav.send(message)
            connection.mav.signing.sign_outgoing = True
            count += 1
        connection.write(frame)
        last = frame
        time.sleep(0.0003)
    print("skipped", count, flush=True)
for _ in range(40):  # so that what looked like the beginning of a frame ends
    connection.mav.send(mark)
    time.sleep(0.0003)
sys.stdin.read()

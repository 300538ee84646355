"""Plays two Modbus units by pymodbus: modbus.py tcp PORT, or modbus.py rtu PATH BAUD
PARITY. Says "up" when it answers, and ends with its standard input."""
import asyncio
import sys

from pymodbus import FramerType
from pymodbus.client.mixin import ModbusClientMixin as Registers
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

low_first = Registers.convert_to_registers(-12.625, Registers.DATATYPE.FLOAT32, word_order="little")
meter = SimDevice(id=1, simdata=(
    [SimData(0, values=[False, False, False, True], datatype=DataType.BITS)],
    [SimData(0, values=[False, True, False, False], datatype=DataType.BITS)],
    [
        SimData(0, values=54321, datatype=DataType.UINT16),
        SimData(1, values=-1234, datatype=DataType.INT16),
        SimData(2, values=4_000_000_001, datatype=DataType.UINT32),
        SimData(4, values=-2_000_000_003, datatype=DataType.INT32),
        SimData(6, values=230.53125, datatype=DataType.FLOAT32),
        SimData(8, values=low_first, datatype=DataType.REGISTERS),
        SimData(65535, values=99, datatype=DataType.UINT16),
    ],
    [SimData(7, values=-40, datatype=DataType.INT16)],
))
other = SimDevice(id=247, simdata=SimData(0, values=49.984375, datatype=DataType.FLOAT32))


async def main(kind, where, baud="19200", parity="N"):
    if kind == "tcp":
        server = ModbusTcpServer([meter, other], address=("127.0.0.1", int(where)), ignore_missing_devices=True)
    else:
        server = ModbusSerialServer([meter, other], framer=FramerType.RTU, port=where, baudrate=int(baud), parity=parity,
                                    stopbits=1 if parity != "N" else 2, ignore_missing_devices=True)
    await server.serve_forever(background=True)
    print("up", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()


asyncio.run(main(*sys.argv[1:]))

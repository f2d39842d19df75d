# SPDX-License-Identifier: GPL-2.0
import asyncio
import sys


async def serve(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    host, port = writer.get_extra_info("peername")[:2]
    print(f"{host}:{port}", flush=True)
    body = f"{host}\n".encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    await writer.drain()
    writer.close()


async def main():
    # a socket for each family: asyncio makes IPv6 ones IPv6 only
    async with await asyncio.start_server(serve, ["0.0.0.0", "::"], int(sys.argv[1])) as server:
        await server.serve_forever()


asyncio.run(main())

#!/usr/bin/python3 -IS
"""A FAKE of dpvs, dpip and ipvsadm, for tests where the real ones cannot be: none of their code, none of their packets.

By the name that it is called by it keeps what it is told in a file, and shows it in the forms that guide 002 has recorded.
dpvs reads which devices its configuration names, writes its pid and its log, takes SIGHUP, and runs until it is ended.
What its log shall say at the start, and what else goes wrong, tests put into $FAKE_DPVS/fail (a text for the log;
`die` as its last line ends it), $FAKE_DPVS/refuse (a command that is refused) and $FAKE_DPVS/deaf (taken, and not done).
"""
import json, os, re, signal, sys, time

HERE = os.environ.get("FAKE_DPVS", "/mnt/fake-dpvs")
PID, STATE = "/var/run/dpvs.pid", HERE + "/state.json"
EMPTY = {"devices": [], "addr": [], "route": [], "services": {}}


def text(name):
    try:
        return open(f"{HERE}/{name}").read()
    except FileNotFoundError:
        return ""


def load():
    pid = open(PID).read().strip() if os.path.exists(PID) else ""
    if not pid or not os.path.exists(f"/proc/{pid}"):
        sys.exit("fake: cannot connect to dpvs: is it running?")
    return json.load(open(STATE))


def save(state):
    with open(STATE + ".new", "w") as file:
        json.dump(state, file)
    os.rename(STATE + ".new", STATE)


def dpvs(words):
    if words == ["-v"]:
        sys.exit("dpvs version: 1.9.4, build on 2021.07.26.15:34:26")
    conf = open(words[words.index("-c") + 1] if "-c" in words else "/etc/dpvs.conf").read()
    log = open(re.search(r"log_file (\S+)", conf).group(1), "a+")
    print("EAL: fake, arguments", *words[words.index("--") + 1:], flush=True)
    wrong = text("fail").splitlines()
    for line in wrong:
        print(line, file=log, flush=True)
    if wrong[-1:] == ["die"]:
        sys.exit(1)
    dead = {match.group(1) for match in re.finditer(r"Start (\S+) failed", text("fail"))}
    devices = [name for name in re.findall(r"device (\S+) \{", conf) if name not in dead]
    save({**EMPTY, "devices": devices, "started": time.time()})
    with open(PID, "w") as file:
        file.write(f"{os.getpid()}\n")
    signal.signal(signal.SIGHUP, lambda *_: print("Got signal SIGHUP.", file=log, flush=True))
    signal.signal(signal.SIGTERM, lambda *_: (os.unlink(PID), os._exit(0)))
    while True:
        signal.pause()


def dpip(words):
    six = words[0] == "-6"
    what, verb, *rest = words[1:] if six else words
    state = load()
    if what == "link":
        for at, name in enumerate(state["devices"], 1):
            print(f"{at}: {name}: socket 0 mtu 1500 rx-queue 1 tx-queue 1")
            print("    UP 10000 Mbps full-duplex auto-nego ")
        return
    family = "inet6" if six else "inet"
    entries = state[what]
    if verb == "show":
        for name, via, device in entries:
            if (":" in name) != six:
                continue
            if what == "addr":
                print(f"{family} {name} scope global {device}\n     valid_lft forever preferred_lft forever")
            elif six:
                gate = "" if via == "-" else f" via {via}"
                name = "default" if name.endswith("/0") else name
                print(f"inet6 {name}{gate} dev {device} mtu 1500 scope {'link' if via == '-' else 'global'}")
            else:
                gate = "0.0.0.0" if via == "-" else via
                print(f"inet {name} via {gate} src 0.0.0.0 dev {device} mtu 1500 tos 0 scope {'link' if via == '-' else 'global'} metric 0 proto auto ")
        if what == "route" and not six:
            for name, _, device in state["addr"]:
                if ":" not in name:
                    print(f"inet {name} via 0.0.0.0 src 0.0.0.0 dev {device} mtu 1500 tos 0 scope host metric 0 proto auto ")
        return
    name = {"default": "::/0" if six else "0.0.0.0/0"}.get(rest[0], rest[0])
    entry = [name, rest[rest.index("via") + 1] if "via" in rest else "-", rest[rest.index("dev") + 1]]
    if entry[2] not in state["devices"]:
        sys.exit(f"dpip: no such device {entry[2]}")
    if (verb == "add") == (entry in entries):
        sys.exit("dpip: already exist" if verb == "add" else "dpip: not exist")
    entries.append(entry) if verb == "add" else entries.remove(entry)
    save(state)


def ipvsadm(words):
    state = load()
    services = state["services"]
    value = lambda flag, other=None: words[words.index(flag) + 1] if flag in words else other
    name = next((f"{flag} {value(flag)}" for flag in ("-t", "-u") if flag in words), "")
    if words[0] == "-ln":
        print("IP Virtual Server version 0.0.0 (size=0)\nProt LocalAddress:Port Scheduler Flags")
        print("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn")
        for key, service in services.items():
            flags = (f" persistent {service['p']}" if service["p"] else "") + (" synproxy" if service["j"] else "")
            print(f"{'UDP' if key.startswith('-u') else 'TCP'}  {key[3:]} {service['s']}{flags}")
            for peer, weight in service["servers"].items():
                active = int(text("active") or 0) if weight == "0" else 0
                print(f"  -> {peer:28} FullNat {weight:6} {active:<10} 0         ")
        return
    if words[0] not in ("-A",) and name not in services:
        sys.exit("Service not defined")
    service = services.get(name)
    if words[0] == "-G":
        print(f"{'VIP:VPORT':20} {'TOTAL':8} {'SNAT_IP':20} {'CONFLICTS':10} {'CONNS':10}")
        print(f"{name[3:]:20} {len(service['local']):<8} ")
        for address in service["local"]:
            print(f"{'':20} {'':8} {address:20} {0:<10} {0:<10}")
        return
    if words[0] == "-A" and service:
        sys.exit("Service already exists")
    if words[0] in ("-A", "-E"):
        old = service or {"servers": {}, "local": []}
        services[name] = {**old, "s": value("-s"), "p": value("-p"), "j": value("-j") == "enable"}
    elif words[0] == "-D":
        del services[name]
    elif words[0] in ("-a", "-e"):
        if (words[0] == "-a") == (value("-r") in service["servers"]):
            sys.exit("Destination already exists" if words[0] == "-a" else "No such destination")
        service["servers"][value("-r")] = value("-w", "1")
    elif words[0] == "-d":
        del service["servers"][value("-r")]
    elif words[0] in ("--add-laddr", "--del-laddr"):
        add = words[0] == "--add-laddr"
        entry = [value("-z") + ("/128" if ":" in value("-z") else "/32"), "-", value("-F")]
        service["local"].append(value("-z")) if add else service["local"].remove(value("-z"))
        state["addr"].append(entry) if add else state["addr"].remove(entry)
    save(state)


if __name__ == "__main__":
    program, words = os.path.basename(sys.argv[0]), sys.argv[1:]
    line = " ".join([program, *words])
    with open(HERE + "/calls", "a") as calls:
        calls.write(line + "\n")
    if text("refuse").strip() == line:
        sys.exit("fake: told to refuse this")
    if text("deaf").strip() != line:
        {"dpvs": dpvs, "dpip": dpip, "ipvsadm": ipvsadm}[program](words)

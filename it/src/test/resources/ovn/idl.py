"""Open vSwitch's IDL for Python: keeps a copy of a database, prints it when a switch of that name is there.

Arguments: remotes, separated by commas, and the name. Prints "synced" first."""
import sys

import ovs.db.idl
import ovs.poller

SCHEMA = "/usr/share/ovn/ovn-nb.ovsschema"


def plain(value):
    if isinstance(value, ovs.db.idl.Row):
        return str(value.uuid)
    if isinstance(value, dict):
        return sorted((plain(k), plain(v)) for k, v in value.items())
    if isinstance(value, list):
        return sorted(map(plain, value))
    return str(value)


def main(remotes, name):
    schema = ovs.db.idl.SchemaHelper(SCHEMA)
    schema.register_all()
    idl = ovs.db.idl.Idl(remotes, schema)
    synced = False
    while True:
        idl.run()
        if idl.has_ever_connected() and not synced:
            synced = True
            print("synced", flush=True)
        if any(row.name == name for row in idl.tables["Logical_Switch"].rows.values()):
            break
        poller = ovs.poller.Poller()
        idl.wait(poller)
        poller.timer_wait(1000)
        poller.block()
    for table in sorted(idl.tables):
        for row in sorted(idl.tables[table].rows.values(), key=lambda row: str(row.uuid)):
            columns = sorted(idl.tables[table].columns)
            print(table, row.uuid, [(c, plain(getattr(row, c))) for c in columns])


main(*sys.argv[1:])

"""The ground of all maps: none, a file of tiles that an administrator gave, or tiles that the server fetches.

`setting` keeps what was chosen. `mbtiles` and `pmtiles` read files, which strangers made: nothing in them is believed
before it was looked at. `tile_address` and `fetching` ask another server, `fetched` keeps what came and spares a weak
network. Browsers only ever ask us.
"""

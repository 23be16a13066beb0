"""What the edges (openrosa, api, web) share: who is calling, which routes exist and who may use them, files out."""

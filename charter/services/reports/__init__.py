"""The sealed month: snapshot, edition, files, delivery."""

"""The charter being written: plan, apply, draft, trial run."""

"""What a concentration does: binding, acute effects, what is felt."""

#!/bin/sh
# Each demo host has a name of its own, although both are this computer.
echo "$COUNTERSIGN_DEMO_HOST"

#!/usr/bin/env node
// The installed command; everything lives in src/cli.
import "../dist/src/cli/main.js";

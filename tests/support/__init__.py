"""What the tests stand on: a clip, a browser, servers, a slow link, patience."""

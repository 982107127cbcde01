"""What people change on a page: settings, filters, chains, links."""

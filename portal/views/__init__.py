"""What the routes of the pages do. Each view takes the page and the request, and the page's guard has let it in."""

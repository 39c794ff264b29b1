"""A page as a browser and a reader see it: elements, words, and what it asks for."""

import html.parser

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(html.parser.HTMLParser):
    """Elements with their attributes, text, and whether tags close in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.words = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def requests_of(page):
    """Addresses that a browser would fetch when it opens the page."""
    asked = [
        value
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in {"src", "srcset", "poster", "data", "xlink:href"}
        or (name == "href" and tag != "a")
    ]
    return [value for value in asked if not value.startswith(("#", "data:"))]


def outside_links(page):
    """Addresses outside the page that a reader could follow."""
    links = [attrs.get("href", "") for tag, attrs in page.elements if tag == "a"]
    return [link for link in links if not link.startswith(("#", "data:"))]

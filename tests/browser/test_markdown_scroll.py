"""The transcript follows the end only while the reader is there, and never moves what is being read."""

import pytest

from tests.browser.answers import wait_until

pytestmark = pytest.mark.browser

BODY = "".join(f'<article class="message" id="a{n}"><p>Message {n}</p><p>words</p></article>' for n in range(40))

START = """async () => {
  const {Scroller} = await import("/static/js/chat/scroll.js");
  window.view = document.querySelector("#transcript");
  window.scroller = new Scroller({viewport: view, button: document.querySelector("#jump")});
  window.grow = (lines = 3) => {
    const article = document.createElement("article");
    article.className = "message";
    article.innerHTML = "<p>more</p>".repeat(lines);
    view.append(article);
    scroller.follow();
  };
  window.distance = () => view.scrollHeight - view.clientHeight - view.scrollTop;
  scroller.jump({smooth: false});
}"""


@pytest.fixture
def page(answers):
    page, site = answers
    site.show(page, BODY)
    page.evaluate(START)
    assert page.evaluate("distance()") < 2
    return page


def is_following(page) -> bool:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate("grow()")
    return page.evaluate("distance()") < 2


def wheel(page, pixels: int) -> None:
    """Turns the wheel over the transcript and waits until it has moved."""
    page.mouse.move(500, 300)
    before = page.evaluate("view.scrollTop")
    page.mouse.wheel(0, pixels)
    wait_until(page, f"view.scrollTop !== {before}")


def test_it_follows_while_the_reader_is_at_the_end(page):
    for _ in range(5):
        assert is_following(page)
    assert page.is_hidden("#jump")


def test_it_stays_at_the_end_when_the_composer_grows(page):
    page.evaluate("document.querySelector('#composer').style.height = '260px'")
    wait_until(page, "distance() < 2")
    assert is_following(page)


def test_the_wheel_upwards_lets_go(page):
    wheel(page, -120)
    before = page.evaluate("view.scrollTop")
    assert not is_following(page)
    assert page.evaluate("view.scrollTop") == before
    assert page.is_visible("#jump")


def test_small_steps_upwards_add_up(page):
    for _ in range(4):
        page.evaluate("view.scrollTop -= 2; new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert not is_following(page)


@pytest.mark.parametrize("key", ["PageUp", "Home", "ArrowUp", "Shift+Space"])
def test_keys_upwards_let_go(page, key):
    page.focus("#transcript")
    page.keyboard.press(key)
    assert not is_following(page)


def test_the_same_keys_in_the_composer_do_not(page):
    page.focus("#composer")
    for key in ["PageUp", "Home", "ArrowUp"]:
        page.keyboard.press(key)
    assert is_following(page)


def test_a_finger_moving_down_lets_go(page):
    page.evaluate(
        """() => {
          const touch = (clientY) => new Touch({identifier: 1, target: view, clientY});
          view.dispatchEvent(new TouchEvent("touchstart", {touches: [touch(100)]}));
          view.dispatchEvent(new TouchEvent("touchmove", {touches: [touch(130)]}));
        }"""
    )
    assert not is_following(page)


def test_scrolling_back_to_the_end_follows_again(page):
    wheel(page, -300)
    assert not is_following(page)
    page.mouse.wheel(0, 5000)
    wait_until(page, "distance() < 60")
    assert is_following(page)
    assert page.is_hidden("#jump")


def test_the_button_goes_to_the_end_and_follows(page):
    wheel(page, -600)
    page.click("#jump")
    wait_until(page, "distance() < 2")
    assert is_following(page)
    assert page.is_hidden("#jump")


def test_content_that_shrinks_is_no_reader(page):
    page.evaluate("grow(60)")
    page.evaluate("view.lastElementChild.innerHTML = '<p>folded</p>'; scroller.follow()")
    assert is_following(page)


def test_what_the_browser_moves_is_no_reader_who_comes_down(page):
    page.evaluate("grow(60)")
    wheel(page, -600)
    frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate("view.lastElementChild.innerHTML = '<p>folded</p>'; scroller.follow()")  # pulls up, to the end
    page.evaluate(frames)
    assert page.evaluate("distance()") < 2
    before = page.evaluate("view.scrollTop")
    page.evaluate("document.querySelector('#a3').style.paddingTop = '20px'")  # and down: what is seen stays
    page.evaluate(frames)
    assert page.evaluate("view.scrollTop") > before
    assert not page.evaluate("scroller.isFollowing")


def test_a_finger_that_turns_round_comes_back(page):
    touch = """(clientY) => view.dispatchEvent(new TouchEvent("touchmove", {
      touches: [new Touch({identifier: 1, target: view, clientY})]}))"""
    page.evaluate(touch, 200)
    assert not is_following(page)
    page.evaluate(touch, 150)
    page.evaluate("view.scrollTop = view.scrollHeight; grow(0)")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert is_following(page)


@pytest.mark.parametrize("is_following_first", [True, False])
def test_earlier_messages_put_in_above_move_nothing(page, is_following_first):
    if not is_following_first:
        wheel(page, -400)
    measure = "document.querySelector('#a36').getBoundingClientRect().top"
    before = page.evaluate(measure)
    page.evaluate(
        """() => scroller.keep(() => {
          for (let n = 0; n < 30; n += 1) {
            view.insertAdjacentHTML("afterbegin", '<article class="message"><p>earlier</p><p>words</p></article>');
          }
        })"""
    )
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(page.evaluate(measure) - before) < 2


def test_growth_below_does_not_move_what_is_read(page):
    wheel(page, -400)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    before = page.evaluate("document.querySelector('#a30').getBoundingClientRect().top")
    for _ in range(10):
        page.evaluate("grow(10)")
    assert page.evaluate("document.querySelector('#a30').getBoundingClientRect().top") == before

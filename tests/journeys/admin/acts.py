"""What staff do on a page, each as soon as the page lets them."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as shown
from selenium.webdriver.support.wait import WebDriverWait

BUTTON = "//button[normalize-space(.)='{0}' or contains(normalize-space(.), ' {0}')]"


def read(wait: WebDriverWait, words: str, where: tuple[str, str] = (By.TAG_NAME, "body")) -> None:
    """Return once the place says so."""
    wait.until(shown.text_to_be_present_in_element(where, words))


def click(wait: WebDriverWait, how: str, what: str) -> None:
    wait.until(shown.element_to_be_clickable((how, what))).click()


def press(wait: WebDriverWait, words: str, within: str = "") -> None:
    """The button of these words, behind its icon where it has one."""
    click(wait, By.XPATH, within + BUTTON.format(words))


def write(wait: WebDriverWait, field_at: str, text: str) -> WebElement:
    """Into the field at this CSS selector, instead of what stands there."""
    field: WebElement = wait.until(shown.element_to_be_clickable((By.CSS_SELECTOR, field_at)))
    field.send_keys(Keys.CONTROL + "a")  # the modifier is held until the end of one call
    field.send_keys(text)
    return field

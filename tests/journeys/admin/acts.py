"""What staff do on a page, each as soon as the page lets them."""

from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as shown
from selenium.webdriver.support.wait import WebDriverWait


def read(wait: WebDriverWait, words: str, where: tuple[str, str] = (By.TAG_NAME, "body")) -> None:
    """Return once the place says so."""
    wait.until(shown.text_to_be_present_in_element(where, words))


def click(wait: WebDriverWait, how: str, what: str) -> None:
    wait.until(shown.element_to_be_clickable((how, what))).click()

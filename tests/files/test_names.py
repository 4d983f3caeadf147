"""Names as people write them."""

import pytest

from customer_admin.files.names import proper_name, split_name


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        ("YANG", "Yang"),
        ("JOSÉ", "José"),
        ("o'brien", "O'Brien"),
        ("D’ANGELO", "D’Angelo"),
        ("MCDONALD", "McDonald"),
        ("MACAGNO", "Macagno"),
        ("SMITH-BATES", "Smith-Bates"),
        ("CAROL ANN", "Carol Ann"),
        ("K.", "K."),
        ("VELEZ DE LA CRUZ", "Velez de la Cruz"),
        ("VAN DYKE", "Van Dyke"),
        ("SMITH III", "Smith III"),
        ("Ní Dhomhnaill", "Ní Dhomhnaill"),
        ("", ""),
    ],
)
def test_names_in_capitals_become_proper_and_mixed_case_stays(written: str, proper: str) -> None:
    assert proper_name(written) == proper


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Maria Anders", ("Maria", "Anders")),
        ("José Pedro Freyre", ("José Pedro", "Freyre")),
        ("Isabel de Castro", ("Isabel", "de Castro")),
        ("Jan van der Berg", ("Jan", "van der Berg")),
        ("Cher", ("", "Cher")),
        ("", ("", "")),
    ],
)
def test_a_full_name_is_split_before_the_last_name_and_its_particles(full: str, parts: tuple[str, str]) -> None:
    assert split_name(full) == parts

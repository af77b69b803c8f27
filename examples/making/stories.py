"""What the fourteen months tell: the level of each figure, month by month, oldest first.

The last month holds the stories of the demonstration:
* bills on a real reading fall below their level, because of region Ouest alone (a broken floor);
* complaints are *near* for two months, one agency never records when it closes them;
* warnings before a rise stop arriving: the source is silent;
* advice in the customer's interest slides slowly, and is still kept, while more and more offers are sold;
* mystery calls are too few to prove anything.
The year before holds another: call-backs are *near*, and missed in three winter months, until a shared calendar; the
same training that was to help advice changes nothing.
Complaints and refunds are judged later than the other figures: their last two months say the same, so that the first
page reads alike on any day of the month.
"""

from zlib import crc32

PHONE = (0.862, 0.871, 0.855, 0.841, 0.858, 0.869, 0.874, 0.866, 0.859, 0.872, 0.868, 0.861, 0.870, 0.867)
COMPLAINTS = (0.915, 0.922, 0.918, 0.912, 0.906, 0.913, 0.919, 0.916, 0.921, 0.908, 0.912, 0.905, 0.889, 0.887)
REFUNDS = (0.961, 0.968, 0.964, 0.971, 0.966, 0.959, 0.967, 0.970, 0.963, 0.968, 0.965, 0.972, 0.966, 0.968)
REAL_READING = (0.946, 0.951, 0.948, 0.953, 0.945, 0.949, 0.952, 0.947, 0.950, 0.944, 0.951, 0.948, 0.946, 0.949)
REAL_READING_OUEST = (*REAL_READING[:-1], 0.790)
CALL_BACKS = (0.884, 0.889, 0.883, 0.874, 0.871, 0.876, 0.886, 0.884, 0.888, 0.885, 0.931, 0.936, 0.930, 0.934)
FIRST_CONTACT = (0.772, 0.781, 0.776, 0.785, 0.779, 0.788, 0.783, 0.791, 0.786, 0.780, 0.789, 0.794, 0.787, 0.792)
EFFORT = (2.02, 1.98, 2.01, 1.96, 1.99, 1.95, 1.97, 1.93, 1.98, 1.96, 1.92, 1.95, 1.97, 1.94)
HARD_WORDS = (
    "J’ai dû rappeler trois fois et tout raconter à chaque fois.",
    "Le site m’a renvoyé vers le téléphone, et le téléphone vers le site.",
    "Personne ne savait où en était mon dossier.",
    "On m’a demandé le même document deux fois.",
    "J’ai attendu un rappel au 06 12 34 56 78 qui n’est jamais venu.",
    "Il a fallu que je me déplace à l’agence pour une simple signature.",
    "Mme Martin m’a dit une chose, son collègue le contraire.",
    "Le formulaire refusait mon adresse, j’ai fini par écrire à service@example.org.",
    "Trop d’étapes pour changer un prélèvement.",
    "Je n’ai compris la lettre qu’à la troisième lecture.",
)
"""What customers write who found it hard; some name people or ways to reach them, which no page may show."""


def means_of(unit: str) -> float:
    """How far the staff of a unit have what it takes, from 0 to 1: an invention of the example, lasting as its name."""
    return crc32(unit.encode()) % 101 / 100


PROMOTERS = (0.40, 0.41, 0.39, 0.42, 0.41, 0.40, 0.43, 0.41, 0.42, 0.40, 0.41, 0.42, 0.41, 0.41)
WARNED = (0.878, 0.884, 0.891, 0.886, 0.893, 0.889, 0.896, 0.887, 0.892, 0.898, 0.890, 0.895, 0.893, None)
NOT_SURPRISED = (0.81, 0.82, 0.80, 0.81, 0.83, 0.82, 0.81, 0.82, 0.80, 0.83, 0.82, 0.81, 0.82, 0.81)
ADVICE = (0.862, 0.858, 0.861, 0.853, 0.846, 0.848, 0.838, 0.829, 0.826, 0.815, 0.806, 0.797, 0.789, 0.778)
OFFERS_SOLD = (1180, 1165, 1192, 1174, 1201, 1188, 1215, 1206, 1304, 1342, 1391, 1420, 1478, 1503)
MYSTERY_CALLS = (11, 12, 10, 11, 9, 12, 11, 8, 12, 10, 11, 9, 12, 11)
MEDIATION = (8, 7, 9, 6, 8, 10, 7, 5, 6, 8, 9, 7, 8, 9)

BROKEN_REGION = "ouest"
NOT_RECORDING = "dunkerque"
PROVIDER = "voix-appui"
UNKNOWN_UNIT = "site-999"

"""Worlds to set a film in when the brief is empty: one subject, one place, one set of motifs each.

A film keeps to one world from its first shot to its last, so that it holds together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """A subject in a place, with what there is to see.

    Attributes:
        subject: Who the film follows, as every prompt names it.
        hours: The way of the light through the film, from its beginning to its end.
        wides: Places, for wide shots.
        calm: What the subject does when the music is quiet.
        steady: What the subject does when it walks.
        strong: What the subject does when it lets go.
        details: Things, for close shots.
        palettes: Pairs of colours; the first leads in cold shots, the second in warm ones.
    """

    subject: str
    hours: tuple[str, ...]
    wides: tuple[str, ...]
    calm: tuple[str, ...]
    steady: tuple[str, ...]
    strong: tuple[str, ...]
    details: tuple[str, ...]
    palettes: tuple[tuple[str, str], ...]


WORLDS: tuple[World, ...] = (
    World(
        subject="a woman in a red coat",
        hours=("before dawn", "under a grey morning", "under a torn noon sky", "as the sun goes down"),
        wides=(
            "an empty winter beach",
            "a long pier running into the fog",
            "black cliffs above the surf",
            "dunes combed by the wind",
            "a lighthouse at the end of a causeway",
        ),
        calm=(
            "standing at the edge of the tide",
            "listening, eyes closed, hair across her face",
            "sitting on an upturned boat",
            "looking out at a single light on the water",
        ),
        steady=(
            "walking into the wind",
            "climbing the path along the cliff",
            "following a line of footprints",
            "dragging a rope across the sand",
            "turning to look back along the shore",
        ),
        strong=(
            "running through the shallows, water flying",
            "spinning with her arms wide, the red coat a wheel",
            "shouting into the spray of a breaking wave",
            "leaping from rock to rock above the surf",
            "throwing her coat into the wind",
        ),
        details=(
            "a red sleeve and a hand closing on cold sand",
            "foam filling a footprint",
            "wet rope sliding through fingers",
            "salt drying on a cheek",
            "a gull's shadow crossing the sand",
            "a lighthouse lens turning",
        ),
        palettes=(("slate blue", "ember red"), ("sea grey", "rust")),
    ),
    World(
        subject="a boy with silver headphones",
        hours=("in the last blue of evening", "at night", "in the deepest hour of the night", "at first light"),
        wides=(
            "a night train crossing a plain",
            "an empty platform under sodium lamps",
            "a tunnel mouth with signals burning green",
            "a city of lit windows sliding past",
            "a viaduct over a black river",
        ),
        calm=(
            "leaning against the cold window",
            "alone in a row of empty seats",
            "watching rain crawl along the glass",
            "asleep while the stations pass",
        ),
        steady=(
            "walking through the swaying carriages",
            "drawing with a finger on the fogged window",
            "tapping the rhythm on his knee",
            "looking up as the lights of a town go by",
            "crossing a footbridge above the rails",
        ),
        strong=(
            "dancing in the aisle under flickering lamps",
            "running the length of the train",
            "leaning out into the rushing dark",
            "jumping as every light in the carriage flares",
            "drumming on the seats with both hands",
        ),
        details=(
            "silver headphones catching a passing light",
            "raindrops racing on the glass",
            "wheels throwing sparks",
            "a ticket turning between two fingers",
            "two eyes doubled in the window",
            "a needle trembling on a gauge",
        ),
        palettes=(("indigo", "amber"), ("bottle green", "sodium orange")),
    ),
    World(
        subject="a dancer in white",
        hours=("in the dark before the lights", "in work light", "under full stage light", "as the lights go out"),
        wides=(
            "an abandoned theatre with its curtain half open",
            "a stage seen from the last row",
            "a hall of mirrors under dust sheets",
            "a spiral of empty balconies",
            "a painted sky hanging from the rig",
        ),
        calm=(
            "sitting on the edge of the stage",
            "lying still in a circle of light",
            "one hand resting on the barre",
            "waiting behind the curtain",
        ),
        steady=(
            "marking the steps with small gestures",
            "crossing the stage on a diagonal",
            "turning slowly, arms opening",
            "counting under her breath",
            "rising to the tips of her toes",
        ),
        strong=(
            "leaping through falling dust",
            "turning so fast that the dress becomes a blur",
            "falling backwards and caught by the light",
            "stamping until the boards shake",
            "whirling among torn paper snow",
        ),
        details=(
            "chalk on the soles of two feet",
            "a hand unfolding finger by finger",
            "dust rising through a beam",
            "a ribbon coming undone",
            "breath on a cold mirror",
            "a row of bulbs, one of them flickering",
        ),
        palettes=(("moon white", "velvet red"), ("pale blue", "old gold")),
    ),
    World(
        subject="a driver in a sun-bleached jacket",
        hours=("at first light", "in the white heat of noon", "in the long light of the afternoon", "at dusk"),
        wides=(
            "a two-lane road to the horizon",
            "a salt flat cracked like porcelain",
            "a closed motel under a huge sky",
            "red rocks with a storm behind them",
            "a line of pylons walking into the haze",
        ),
        calm=(
            "leaning on the warm bonnet of an old car",
            "waiting at a crossing with no traffic",
            "looking at a map that the wind wants",
            "sitting in the open door, boots in the dust",
        ),
        steady=(
            "driving with one arm out of the window",
            "walking along the white line",
            "pushing the car up the last rise",
            "filling a bottle at a lonely pump",
            "counting the posts as they go by",
        ),
        strong=(
            "racing a dust storm",
            "standing up through the roof, arms to the sky",
            "swerving wide over the salt in a white plume",
            "running from the car towards the light",
            "dancing on the roof of the car",
        ),
        details=(
            "a needle climbing past its last number",
            "sunglasses holding the whole road",
            "dust jumping on a dashboard",
            "a worn hand on the wheel",
            "heat shimmering over a bonnet",
            "an ornament swinging from the mirror",
        ),
        palettes=(("bleached turquoise", "terracotta"), ("bone white", "burnt orange")),
    ),
    World(
        subject="a girl with a paper lantern",
        hours=("in the last light of day", "in the blue hour", "at midnight", "as the morning comes"),
        wides=(
            "a forest of tall birches",
            "a lake holding the whole sky",
            "a meadow full of fireflies",
            "a ruined gate overgrown with ivy",
            "a valley with mist lying in it",
        ),
        calm=(
            "kneeling at the edge of the water",
            "holding the lantern close to her face",
            "standing among the trunks, listening",
            "letting a moth settle on her sleeve",
        ),
        steady=(
            "walking between the trees, the light going before her",
            "stepping from stone to stone",
            "following a white deer",
            "climbing towards the ridge",
            "parting a curtain of leaves",
        ),
        strong=(
            "running downhill with the lantern streaming",
            "whirling in a storm of fireflies",
            "lifting the lantern as a hundred others rise",
            "splashing across the lake's edge",
            "laughing in a rain of leaves",
        ),
        details=(
            "a flame bending behind thin paper",
            "bare feet on moss",
            "a drop hanging from a leaf",
            "wings beating against the light",
            "two hands around a small glow",
            "ripples closing over a star",
        ),
        palettes=(("deep teal", "lantern gold"), ("violet", "honey")),
    ),
    World(
        subject="two strangers",
        hours=("at the end of a hot day", "as the windows light up", "in the neon night", "in the pale early morning"),
        wides=(
            "a sea of roofs and water tanks",
            "a narrow street far below",
            "antennas against a burning sky",
            "a neon sign with half its letters dead",
            "a fire escape zigzagging down a wall",
        ),
        calm=(
            "sitting on a parapet, a metre apart",
            "looking at each other across the gap",
            "sharing one cigarette without a word",
            "lying on warm concrete, watching planes",
        ),
        steady=(
            "walking the ridge of a roof",
            "climbing a ladder one after the other",
            "ducking between lines of washing",
            "circling each other around a skylight",
            "reaching across the gap",
        ),
        strong=(
            "running from roof to roof",
            "jumping the gap hand in hand",
            "dancing while the sign flashes",
            "kicking through puddles full of neon",
            "flying sheets of washing all around them",
        ),
        details=(
            "two hands almost touching",
            "a neon letter buzzing in a puddle",
            "a shoe at the very edge",
            "a sheet snapping in the wind",
            "a window lit, then dark",
            "sparks from a loose wire",
        ),
        palettes=(("electric blue", "hot pink"), ("midnight", "tangerine")),
    ),
)

"""The scene: what each change uploads, contexts that come and go, and what is where in the picture."""

import numpy as np
import pytest
from msgspec.structs import replace
from OpenGL import GL

from engine.document.lab import Camera, Display, Lab, Slice
from engine.function.plane import Plane
from engine.solving.section import plane_at, section
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.solving.timeline import frame_at
from gui.drawing.colormaps import colormap
from gui.store import ViewState
from gui.surface import gl
from gui.surface.box_map import FLOOR_Z, BoxMap
from gui.surface.camera import preset, project
from gui.surface.markers import BALL_PX, DOT_PX, SWARM
from gui.surface.paths import TRAILS, Drawn, paths, with_trails
from gui.surface.scene import SurfaceScene
from gui.theme import DARK, LIGHT, run_color
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL
from tests.gui.fields import bowl, constant, half_sphere, pole_line, undefined, waves

SIZE = (480, 320)
BALLS_ONLY = {"balls", "starts"}


@pytest.fixture(scope="module")
def solution() -> Solution:
    return solve_by_hand(BOWL, lrs=(0.1, 0.3), steps=12)


@pytest.fixture
def scene(solution: Solution) -> SurfaceScene:
    made = SurfaceScene(DARK)
    made.set_solution(solution, solution.lab.display)
    made.set_frame(frame_at(solution, 3.0))
    return made


def uploads_of(scene: SurfaceScene, canvas, change) -> dict[str, int]:
    """What `change` uploads when the next picture is drawn."""
    assert scene.device is not None
    before = scene.device.uploads.copy()
    change()
    canvas.draw(scene)
    return dict(scene.device.uploads - before)


def test_nothing_is_uploaded_twice(scene, canvas) -> None:
    canvas.draw(scene)
    assert uploads_of(scene, canvas, lambda: None) == {}
    assert scene.device.uploads["heights"] == 1


def test_a_playhead_move_uploads_no_surface_and_draws_none(scene, canvas, solution) -> None:
    canvas.draw(scene)
    drawn = scene._layers.base_draws
    sent = uploads_of(scene, canvas, lambda: scene.set_frame(frame_at(solution, 3.5)))
    assert set(sent) <= BALLS_ONLY
    assert scene._layers.base_draws == drawn


def test_the_local_ellipse_is_made_anew_at_whole_steps_only(scene, canvas, solution) -> None:
    scene.set_field(solution.field, Display(local_ellipse=True))
    canvas.draw(scene)
    drawn = scene._layers.base_draws
    sent = uploads_of(scene, canvas, lambda: scene.set_frame(frame_at(solution, 3.5)))
    assert set(sent) <= BALLS_ONLY
    ellipse, *_ = scene.lettering
    sent = uploads_of(scene, canvas, lambda: scene.set_frame(frame_at(solution, 4.0)))
    assert "local ellipse" in sent
    assert scene.lettering[0] is not ellipse  # a film writes its numbers anew
    assert not {"heights", "trail", "levels"} & set(sent)
    assert scene._layers.base_draws == drawn


def test_a_new_colormap_uploads_one_texture(scene, canvas, solution) -> None:
    canvas.draw(scene)
    field = solution.field
    sent = uploads_of(scene, canvas, lambda: scene.set_field(field, Display(colormap="magma")))
    assert sent["colormap"] == 1
    assert set(sent) <= {"colormap", "levels"}  # whether a line is light or dark depends on the colours


@pytest.mark.parametrize(
    "display",
    [Display(isolines=False), Display(opacity=0.5), Display(wire=True), Display(grid_lines=True)],
)
def test_how_it_is_drawn_uploads_nothing(scene, canvas, solution, display) -> None:
    canvas.draw(scene)
    sent = uploads_of(scene, canvas, lambda: scene.set_field(solution.field, display))
    assert set(sent) <= {"triangles"}


def test_a_camera_move_uploads_no_surface(scene, canvas) -> None:
    canvas.draw(scene)
    before = scene.device.uploads.copy()
    canvas.draw(scene, Camera(azimuth_deg=20.0))
    sent = dict(scene.device.uploads - before)
    assert not {"heights", "colormap", "levels", "triangles", "trail", "balls"} & set(sent)


def test_a_new_field_uploads_heights_once(scene, canvas) -> None:
    canvas.draw(scene)
    sent = uploads_of(scene, canvas, lambda: scene.set_field(waves(), Display()))
    assert sent["heights"] == 1
    assert "colormap" not in sent


def test_a_hover_uploads_its_dot(scene, canvas) -> None:
    canvas.draw(scene)
    sent = uploads_of(scene, canvas, lambda: scene.set_view(ViewState(hover=(1.0, 1.0))))
    assert set(sent) <= {"hover", "hover line", "hover line colors"}


def test_another_context_gets_its_own_objects(scene, canvas, other_canvas) -> None:
    canvas.make_current()
    first = canvas.draw(scene)
    device = scene.device
    other_canvas.make_current()
    second = other_canvas.draw(scene)
    assert scene.device is not device
    assert np.array_equal(first, second)
    canvas.make_current()
    assert np.array_equal(canvas.draw(scene), first)


def test_a_released_scene_can_be_drawn_again(scene, canvas) -> None:
    first = canvas.draw(scene)
    scene.release()
    assert scene.device is None
    assert np.array_equal(canvas.draw(scene), first)
    scene.release()
    scene.release()


def test_drawing_is_deterministic(scene, canvas, solution) -> None:
    other = SurfaceScene(DARK)
    other.set_solution(solution, solution.lab.display)
    other.set_frame(frame_at(solution, 3.0))
    assert np.array_equal(canvas.draw(scene), canvas.draw(other))


def test_refining_ends_and_equals_the_final_picture(scene, canvas) -> None:
    final = canvas.draw(scene, quality="final")
    scene.release()
    for _ in range(40):
        canvas.draw(scene, quality="full")
        if scene.refined:
            break
    assert scene.refined
    assert np.abs(canvas.draw(scene, quality="full").astype(int) - final).max() <= 2


def test_the_draft_does_not_jump(canvas) -> None:
    scene = SurfaceScene(DARK)
    scene.set_field(waves(n=401), Display())
    draft = canvas.draw(scene, quality="draft").astype(float)
    full = canvas.draw(scene, quality="kept").astype(float)
    assert np.abs(draft - full).mean() < 0.3


def test_a_draft_sends_few_samples_and_sends_them_once(canvas) -> None:
    scene = SurfaceScene(DARK)
    scene.set_field(bowl(n=401), Display())
    canvas.draw(scene, quality="draft")
    stride, thin = scene._thinning(scene.device, Camera(), SIZE, "draft")
    assert thin > 1
    assert stride % thin == 0
    assert scene.device.uploads["heights"] == 1
    canvas.draw(scene, Camera(azimuth_deg=10.0), quality="draft")
    assert scene.device.uploads["heights"] == 1
    canvas.draw(scene)
    canvas.draw(scene, Camera(azimuth_deg=20.0), quality="draft")
    assert scene.device.uploads["heights"] == 2


def test_uniforms_are_set_only_when_they_change(scene, canvas, monkeypatch) -> None:
    camera = Camera()
    canvas.draw(scene, camera)
    sent = []
    kept = gl._set_uniform
    monkeypatch.setattr(gl, "_set_uniform", lambda at, value: (sent.append(value), kept(at, value)))
    canvas.draw(scene, camera)
    still = len(sent)
    sent.clear()
    canvas.draw(scene, Camera(azimuth_deg=10.0))
    assert still < len(sent) < 120


def test_the_axes_are_laid_out_when_the_camera_moves(scene, canvas, solution) -> None:
    canvas.draw(scene, texts=True)
    scene.set_frame(frame_at(solution, 3.5))
    canvas.draw(scene, texts=True)
    assert scene._labels.laid_out == 1
    canvas.draw(scene, Camera(azimuth_deg=20.0), texts=True)
    assert scene._labels.laid_out == 2


def test_a_multisampled_target_gets_the_same_picture(scene, canvas) -> None:
    plain = canvas.draw(scene)
    assert np.array_equal(canvas.draw(scene, samples=4), plain)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (701, 333)])
def test_any_size(scene, canvas, size) -> None:
    assert canvas.draw(scene, size=size).shape == (size[1], size[0], 4)


def test_a_finer_screen_shows_the_same_picture(scene, canvas) -> None:
    once = canvas.draw(scene, size=SIZE, quality="final").astype(float)
    twice = canvas.draw(scene, size=(960, 640), ratio=2.0, quality="final").astype(float)
    shrunk = twice.reshape(320, 2, 480, 2, 4).mean(axis=(1, 3))
    assert np.abs(once - shrunk).mean() < 2.5


def test_the_background_is_the_themes_or_nothing(scene, canvas) -> None:
    for theme in (LIGHT, DARK):
        scene.set_theme(theme)
        corner = canvas.draw(scene)[0, 0]
        assert tuple(corner[:3]) == theme.color("plot").getRgb()[:3]
    scene.transparent = True
    picture = canvas.draw(scene)
    assert not picture[0, 0].any()
    assert (picture[..., :3] <= picture[..., 3:]).all(), "premultiplied"


def test_the_marker_is_where_the_run_is(scene, canvas, solution) -> None:
    scene.set_field(solution.field, Display(update_arrows=False))
    camera = preset("top", Camera())
    for t in (1.0, 2.0, 3.0):
        scene.set_frame(frame_at(solution, t))
        picture = canvas.draw(scene, camera, (600, 600))
        place = scene.map.surface_at(scene.map.plane(solution.runs[0].points[int(t)]))
        x, y = project(place, camera, (600.0, 600.0))[:2]
        around = picture[int(y) - 6 : int(y) + 7, int(x) - 6 : int(x) + 7, :3].astype(int)
        color = np.array(run_color(solution.runs[0].racer_index).getRgb()[:3])
        assert np.abs(around - color).sum(axis=-1).min() < 130


def test_the_local_ellipse_is_drawn_where_it_is_and_goes_again(scene, canvas, solution) -> None:
    looks = {"update_arrows": False, "isolines": False, "critical_points": False}
    camera, size = preset("top", Camera()), (600, 600)
    scene.set_field(solution.field, Display(**looks))
    without = canvas.draw(scene, camera, size).astype(int)
    scene.set_field(solution.field, Display(local_ellipse=True, **looks))
    with_it = canvas.draw(scene, camera, size).astype(int)
    shown, _ = scene.markers.ellipse.shown
    (curve,) = shown.rises
    pixels = project(scene.map.surface_at(scene.map.plane(curve)), camera, (600.0, 600.0))[:, :2]
    bright = [with_it[int(y), int(x), :3].min() for x, y in pixels if 0 <= x < 600 and 0 <= y < 600]
    assert np.median(bright) > 200
    scene.set_field(solution.field, Display(**looks))
    assert np.array_equal(canvas.draw(scene, camera, size), without)
    assert scene.lettering[:2] == (None, None)


def test_no_edge_is_sought_between_the_samples_over_much_data(monkeypatch):
    solution = solve_by_hand(BOWL)
    for rows, sought in ((1, True), (100_000, False)):
        monkeypatch.setattr(BOWL, "rows", rows)
        scene = SurfaceScene(DARK)
        scene.set_solution(solution, Display())
        assert (scene._textures.defined is not None) is sought


def test_level_ground_keeps_its_colour(canvas) -> None:
    scene = SurfaceScene(DARK)
    scene.set_field(constant(3.0), Display(isolines=False))
    picture = canvas.draw(scene, preset("top", Camera()), (300, 300))
    expected = colormap("viridis")[128][:3].astype(int)
    assert np.abs(picture[150, 150, :3].astype(int) - expected).max() < 40


def test_the_picture_is_not_transposed(canvas) -> None:
    from tests.gui.fields import make_field

    field = make_field(
        lambda x, y: x + 0 * y, lambda x, y: 1 + 0 * x + 0 * y, lambda x, y: 0 * x + 0 * y, n=(61, 31)
    )
    scene = SurfaceScene(DARK)
    scene.set_field(field, Display(colormap="gray", isolines=False, floor=False))
    picture = canvas.draw(scene, preset("top", replace(Camera(), orthographic=True)), (300, 300))
    left, right = picture[150, 100, 0], picture[150, 200, 0]
    low, high = picture[200, 150, 0], picture[100, 150, 0]
    assert int(right) > int(left) + 30
    assert abs(int(low) - int(high)) < 12


def test_there_is_no_wall_across_a_pole(canvas) -> None:
    """Seen from the front, the gap between the two branches shows the background."""
    scene = SurfaceScene(DARK)
    field = pole_line(n=200)
    scene.set_field(field, Display(isolines=False, floor=False))
    camera = preset("front", Camera(orthographic=True))
    picture = canvas.draw(scene, camera, SIZE)
    left, middle, right = (project((x, -1.0, 0.0), camera, SIZE)[:2] for x in (-0.9, 0.0, 0.9))
    background = np.array(DARK.color("plot").getRgb()[:3])
    assert np.abs(picture[int(middle[1]), int(middle[0]), :3].astype(int) - background).max() < 60
    for place in (left, right):
        column = picture[:, int(place[0]), :3].astype(int)
        assert np.abs(column - background).max() > 60


def test_the_undefined_is_left_out(canvas) -> None:
    scene = SurfaceScene(DARK)
    scene.set_field(half_sphere(), Display(floor=False, isolines=False))
    camera = preset("top", Camera(orthographic=True))
    picture = canvas.draw(scene, camera, (400, 400))
    inside = project((0.55, 0.0, 0.0), camera, (400.0, 400.0))
    outside = project((0.68, 0.30, 0.0), camera, (400.0, 400.0))
    assert picture[int(inside[1]), int(inside[0]), :3].max() > 50
    background = np.array(DARK.color("plot").getRgb()[:3])
    assert np.abs(picture[int(outside[1]), int(outside[0]), :3].astype(int) - background).max() < 30


def test_a_function_that_is_nowhere_defined_shows_an_empty_box(canvas) -> None:
    scene = SurfaceScene(DARK)
    scene.set_field(undefined(n=21), Display())
    assert canvas.draw(scene, texts=True).std() > 0
    scene.set_field(None, Display())
    picture = canvas.draw(scene)
    assert (picture == picture[0, 0]).all()


def test_the_floor_can_be_switched_off(canvas) -> None:
    scene = SurfaceScene(DARK)
    camera = Camera()
    x, y = project((-0.8, -0.8, FLOOR_Z), camera, SIZE)[:2].astype(int)
    seen = []
    for floor in (True, False):
        scene.set_field(bowl(), Display(floor=floor))
        seen.append(canvas.draw(scene, camera, SIZE)[y, x, :3].astype(int))
    assert np.abs(seen[0] - seen[1]).max() > 40


def test_through_a_translucent_surface_the_floor_is_seen(canvas) -> None:
    scene = SurfaceScene(DARK)
    pictures = []
    for opacity in (1.0, 0.5, 0.0):
        scene.set_field(bowl(), Display(opacity=opacity))
        pictures.append(canvas.draw(scene).astype(int))
    solid, glass, none = pictures
    assert np.abs(solid - none).mean() > np.abs(glass - none).mean() > 0.5


def test_slices_are_drawn_and_follow_the_marker(scene, canvas, solution) -> None:
    without = canvas.draw(scene).astype(int)
    scene.set_slice(Slice(along=("horizontal", "vertical"), tangent_plane=True, h=1.0, normal=True))
    first = canvas.draw(scene).astype(int)
    assert np.abs(first - without).mean() > 1.0
    section = scene.markers.section()
    assert section.point == pytest.approx(tuple(solution.runs[0].points[3]))
    # In the box, ∂f/∂x = 2x over a domain of 10 and a range of 50 (both drawn 2 and 1.2 long).
    x, y = section.point
    assert section.slope == pytest.approx((2 * x * 5 * 1.2 / 50, 2 * y * 5 * 1.2 / 50), rel=1e-5)
    scene.set_frame(frame_at(solution, 5.0))
    canvas.draw(scene)
    assert scene.markers.section().point == pytest.approx(tuple(solution.runs[0].points[5]))


def test_every_display_option_draws_without_an_error(scene, canvas, solution) -> None:
    for display in (
        Display(wire=True, opacity=0.4),
        Display(grid_lines=True, isolines=False, floor=False),
        Display(colormap="diverging", critical_points=False, update_arrows=False),
    ):
        scene.set_field(solution.field, display)
        canvas.draw(scene, Camera(elevation_deg=-30, orthographic=True), texts=True)
        assert GL.glGetError() == GL.GL_NO_ERROR


def test_texts_are_written_around_the_box(scene, canvas) -> None:
    with_texts, without = canvas.draw(scene, texts=True), canvas.draw(scene)
    assert (with_texts != without).any(axis=-1).mean() > 0.002


def test_of_a_swarm_some_runs_and_the_selected_one_show_their_way() -> None:
    solution = solve_by_hand(BOWL, lrs=tuple(np.linspace(0.01, 0.4, 500)), steps=3)
    shown = with_trails(solution.runs, 123)
    assert len(shown) <= TRAILS + 1
    assert solution.runs[123] in shown and solution.runs[0] in shown
    assert with_trails(solution.runs[:TRAILS], 5) == list(solution.runs[:TRAILS])


def test_a_run_that_rests_is_drawn_to_its_end_once() -> None:
    solution = solve_by_hand(BOWL, lrs=(0.3,), steps=400)
    drawn = Drawn(solution, BoxMap(solution.field))
    ((way, t),) = paths(solution.runs, drawn)
    assert len(way) < 250
    assert t[-1] == 400
    np.testing.assert_allclose(way[-1], drawn.places(frame_at(solution, 400.0).places)[0], atol=1e-6)


def test_in_a_swarm_the_selected_run_is_the_one_large_ball(scene, canvas) -> None:
    swarm = solve_by_hand(BOWL, lrs=tuple(np.linspace(0.01, 0.2, SWARM + 50)), steps=3)
    scene.set_solution(swarm, swarm.lab.display)
    scene.set_view(ViewState(selected_run=70))
    scene.set_frame(frame_at(swarm, 2.0))
    canvas.draw(scene)
    rows = scene.markers._balls.rows
    assert len(rows) == SWARM + 50
    assert rows["ball"][-1, 3] == BALL_PX and (rows["ball"][:-1, 3] == DOT_PX).all()
    place = scene.map.surface_at(scene.map.plane(swarm.runs[70].points[2]))
    np.testing.assert_allclose(rows["ball"][-1, :3], place, atol=1e-6)


def test_where_more_variables_are_free_the_ball_is_on_the_slice_and_its_way_a_shadow(deriver) -> None:
    lab = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=10)
    solution = solve(lab, deriver)
    frame = frame_at(solution, 6.0)
    plane = plane_at(solution, frame, 0)
    assert plane is not None
    following = replace(solution, field=section(solution, plane))
    drawn = Drawn(following, BoxMap(following.field))
    ball = drawn.places(frame.places)[0]
    np.testing.assert_allclose(ball[2], drawn.map.level(solution.runs[0].values[6]), atol=1e-4)
    way, _ = drawn.path(solution.runs[0])
    assert (way[:, 2] == FLOOR_Z).all()
    start = drawn.map.plane(solution.runs[0].points[0, :2])
    np.testing.assert_allclose(way[0, :2], start)
    in_plane = replace(lab, formula="x^2+y^2+z^2", starts=({"x": 3.0, "y": -2.0, "z": 0.0},))
    flat = solve(in_plane, deriver)
    drawn = Drawn(flat, BoxMap(flat.field))
    way, _ = drawn.path(flat.runs[0])
    np.testing.assert_allclose(way, drawn.map.surface_at(way[:, :2]))


def test_only_what_lies_in_the_drawn_plane_is_marked(scene, canvas, deriver) -> None:
    lab = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=10)
    solution = solve(lab, deriver)
    scene.set_solution(solution, lab.display)
    canvas.draw(scene)
    assert not len(scene.markers._critical.rows)
    through = section(solution, Plane.of(solution.setup, np.zeros(3)))
    scene.set_solution(replace(solution, field=through), lab.display)
    canvas.draw(scene)
    assert len(scene.markers._critical.rows) == 1

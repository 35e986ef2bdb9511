// Lines of any width: each instance is one segment of a polyline, drawn as a quad in the plane of the screen.
// A point is (place, t); t < 0 separates polylines. Where two segments turn little they meet in a mitre,
// else each ends in a half circle.

layout(location = 0) in vec4 a_before;
layout(location = 1) in vec4 a_from;
layout(location = 2) in vec4 a_to;
layout(location = 3) in vec4 a_after;
layout(location = 4) in vec4 a_from_color;
layout(location = 5) in vec4 a_to_color;

uniform mat4 u_matrix;
uniform vec2 u_viewport;   // in pixels
uniform float u_width_px;
uniform float u_t_end;     // what lies later is not drawn
uniform float u_lift;      // nearer to the eye by this much of the depth
uniform float u_flat_z;    // below −8: the places' own; else everything at this z

out vec4 v_color;
out vec3 v_place;
noperspective out vec2 v_along;  // pixels from the start, pixels to the side
flat out vec3 v_shape;           // length in pixels; 1 where the start, the end is round

const float NEAR = 1e-4;

vec4 clip_of(vec4 point) {
    vec3 place = point.xyz;
    if (u_flat_z > -8.0) place.z = u_flat_z;
    return u_matrix * vec4(place, 1.0);
}

vec2 screen_of(vec4 clip) {
    return clip.xy / max(clip.w, NEAR) * 0.5 * u_viewport;
}

void main() {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0); // outside: nothing is drawn
    v_color = vec4(0.0);
    v_place = vec3(0.0);
    v_along = vec2(0.0);
    v_shape = vec3(0.0);
    if (a_from.w < 0.0 || a_to.w < 0.0 || a_from.w >= u_t_end) return;

    vec4 to_point = a_to, to_color = a_to_color;
    bool cut = a_to.w > u_t_end;
    if (cut) {
        float share = (u_t_end - a_from.w) / (a_to.w - a_from.w);
        to_point = mix(a_from, a_to, share);
        to_color = mix(a_from_color, a_to_color, share);
    }
    vec4 from = clip_of(a_from), to = clip_of(to_point);
    if (from.w < NEAR && to.w < NEAR) return;
    float near_z = -0.999; // what is behind the eye is cut off, so that nothing is mirrored
    if (from.w < NEAR) from = mix(to, from, (to.w - NEAR) / (to.w - from.w));
    if (to.w < NEAR) to = mix(from, to, (from.w - NEAR) / (from.w - to.w));

    vec2 p = screen_of(from), q = screen_of(to);
    float span = length(q - p);
    vec2 direction = span > 1e-4 ? (q - p) / span : vec2(1.0, 0.0);
    vec2 side = vec2(-direction.y, direction.x);
    float half_width = 0.5 * u_width_px + 1.0; // one pixel more for the smooth side

    bool at_end = (gl_VertexID & 1) == 1;
    float lateral = (gl_VertexID & 2) == 2 ? 1.0 : -1.0;
    vec4 other = at_end ? a_after : a_before;
    bool joined = other.w >= 0.0 && !(at_end && cut);
    vec2 here = at_end ? q : p;
    vec2 offset = side * lateral * half_width;
    float longitudinal = 0.0;
    bool mitred = false;
    if (joined) {
        vec4 clip = clip_of(other);
        vec2 away = at_end ? screen_of(clip) - q : p - screen_of(clip);
        float reach = length(away);
        if (clip.w > NEAR && reach > 1e-3) {
            float turn = dot(away / reach, direction);
            if (turn > 0.5) {
                vec2 bisector = normalize(away / reach + direction);
                vec2 normal = vec2(-bisector.y, bisector.x);
                float stretch = half_width / max(dot(normal, side), 0.5);
                offset = normal * stretch * lateral;
                longitudinal = dot(offset, direction);
                mitred = true;
            }
        } else {
            mitred = true;
        }
    }
    // Whether each end of the segment is round is needed in every vertex of the quad alike.
    vec4 before = clip_of(a_before), after = clip_of(a_after);
    bool round_start = a_before.w < 0.0, round_end = a_after.w < 0.0 || cut;
    if (!round_start && before.w > NEAR) {
        vec2 away = p - screen_of(before);
        if (length(away) > 1e-3) round_start = dot(normalize(away), direction) <= 0.5;
    }
    if (!round_end && after.w > NEAR) {
        vec2 away = screen_of(after) - q;
        if (length(away) > 1e-3) round_end = dot(normalize(away), direction) <= 0.5;
    }
    if (!mitred) {
        longitudinal = at_end ? half_width : -half_width;
        offset += direction * longitudinal;
    }
    vec4 anchor = at_end ? to : from;
    vec2 pixel = here + offset;
    gl_Position = vec4(pixel / (0.5 * u_viewport) * anchor.w, anchor.z - u_lift * anchor.w, anchor.w);
    v_color = at_end ? to_color : a_from_color;
    v_place = at_end ? to_point.xyz : a_from.xyz;
    v_along = vec2((at_end ? span : 0.0) + longitudinal, lateral * half_width);
    v_shape = vec3(span, round_start ? 1.0 : 0.0, round_end ? 1.0 : 0.0);
}

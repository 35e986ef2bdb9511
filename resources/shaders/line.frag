// The smooth side and the round ends of a line.

uniform float u_width_px;
uniform float u_opacity;
uniform float u_clip;   // 1: only within the box, and on the floor below it
uniform float u_floor;
uniform float u_dash_px; // 0: solid

in vec4 v_color;
in vec3 v_place;
noperspective in vec2 v_along;
flat in vec3 v_shape;

out vec4 o_color;

void main() {
    bool inside = abs(v_place.z) <= 0.64 || abs(v_place.z - u_floor) < 0.01;
    if (u_clip > 0.5 && (any(greaterThan(abs(v_place.xy), vec2(1.0001))) || !inside)) discard;
    float distance = abs(v_along.y);
    if (v_along.x < 0.0 && v_shape.y > 0.5) distance = length(v_along);
    if (v_along.x > v_shape.x && v_shape.z > 0.5) distance = length(vec2(v_along.x - v_shape.x, v_along.y));
    float cover = clamp(0.5 * u_width_px + 0.5 - distance, 0.0, 1.0);
    cover *= min(u_width_px, 1.0);
    if (u_dash_px > 0.0) cover *= clamp(abs(mod(v_along.x, 2.0 * u_dash_px) - u_dash_px) - 0.5 * u_dash_px + 0.5, 0.0, 1.0);
    float opacity = v_color.a * u_opacity * cover;
    if (opacity < 0.004) discard;
    o_color = vec4(v_color.rgb, 1.0) * opacity;
}

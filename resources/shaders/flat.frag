// Single-coloured triangles, optionally lit, optionally fading out from their middle (shadows).
#include "light.glsl"

uniform float u_opacity;
uniform vec3 u_normal; // (0, 0, 0): not lit

in vec4 v_color;
in vec3 v_place;
in vec2 v_disc;
in vec3 v_sides;

out vec4 o_color;

void main() {
    vec3 color = v_color.rgb;
    if (dot(u_normal, u_normal) > 0.5) {
        vec3 view = toward_eye(v_place);
        vec3 n = dot(u_normal, view) < 0.0 ? -u_normal : u_normal;
        color = min(lit(color, n, view, 0.12), 1.0);
    }
    float fade = 1.0 - clamp(length(v_disc), 0.0, 1.0);
#ifdef SHADOW
    fade = fade * fade * (3.0 - 2.0 * fade);
#else
    vec3 inside_px = v_sides / max(fwidth(v_sides), vec3(1e-6));
    fade = clamp(min(inside_px.x, min(inside_px.y, inside_px.z)), 0.0, 1.0);
#endif
    o_color = vec4(color, 1.0) * (v_color.a * u_opacity * fade);
}

// A lit ball or a flat disc with its rim.

uniform vec3 u_ball_light; // in the eye's coordinates
uniform float u_opacity;
uniform float u_rim_px;

in vec2 v_disc;
in vec4 v_color;
in vec4 v_rim;
flat in float v_radius;
flat in float v_solid;

out vec4 o_color;

void main() {
    float r = length(v_disc) * v_radius;
    float cover = clamp(v_radius + 0.5 - r, 0.0, 1.0);
    if (cover <= 0.0) discard;
    float inner = v_radius - u_rim_px;
    vec2 p = v_disc * v_radius / max(inner, 1.0);
    vec3 n = vec3(p, sqrt(max(1.0 - dot(p, p), 0.0)));
    float key = max(dot(n, u_ball_light), 0.0);
    vec3 color = v_color.rgb;
    if (v_solid > 0.5) {
        float shine = pow(max(dot(reflect(-u_ball_light, n), vec3(0.0, 0.0, 1.0)), 0.0), 24.0);
        color = color * (0.52 + 0.56 * key) + vec3(0.55 * shine);
    }
    float rim = clamp(r - inner + 0.5, 0.0, 1.0);
    color = mix(min(color, 1.0), v_rim.rgb, rim * v_rim.a);
    float opacity = cover * mix(v_color.a, max(v_color.a, v_rim.a), rim) * u_opacity;
    o_color = vec4(color, 1.0) * opacity;
}

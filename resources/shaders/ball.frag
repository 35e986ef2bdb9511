// A lit ball, a flat disc with its rim, or one of the marks of critical points.
// v_solid: 1 ball, 0 disc, −1 minimum, −2 maximum, −3 saddle, −4 degenerate.

uniform vec3 u_ball_light; // in the eye's coordinates
uniform float u_opacity;
uniform float u_rim_px;

in vec2 v_disc;
in vec4 v_color;
in vec4 v_rim;
flat in float v_radius;
flat in float v_solid;

out vec4 o_color;

// Pixels outside of a mark of radius r (negative: inside), at p from its middle, y upwards.
float outside_of_mark(vec2 p, float r, float kind) {
    if (kind > -2.5) { // a triangle pointing down, or up
        if (kind < -1.5) p.y = -p.y;
        float side = dot(vec2(abs(p.x), p.y + r), vec2(0.868, -0.496));
        return max(p.y - 0.75 * r, side);
    }
    if (kind > -3.5) { // a cross
        vec2 q = abs(vec2(p.x + p.y, p.x - p.y)) * 0.7071;
        float along = length(vec2(max(q.x - 1.15 * r, 0.0), q.y));
        return min(along, length(vec2(max(q.y - 1.15 * r, 0.0), q.x))) - 0.22 * r;
    }
    return (abs(p.x) + abs(p.y) - 1.05 * r) * 0.7071;
}

void main() {
#ifdef SHADOW
    float depth = max(1.0 - length(v_disc), 0.0);
    o_color = vec4(0.0, 0.0, 0.0, 0.62 * depth * depth * (3.0 - 2.0 * depth) * v_color.a * u_opacity);
    return;
#endif
    if (v_solid < -0.5) {
        float outside = outside_of_mark(v_disc * v_radius, v_radius - u_rim_px - 0.5, v_solid);
        float filled = clamp(0.5 - outside, 0.0, 1.0);
        float whole = clamp(0.5 - outside + u_rim_px, 0.0, 1.0);
        if (whole <= 0.0) discard;
        o_color = vec4(mix(v_rim.rgb, v_color.rgb, filled), 1.0) * (whole * v_color.a * u_opacity);
        return;
    }
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

// A lit ball, a flat disc with its rim, or one of the marks of critical points.
// v_solid: 1 ball, 2 and above the solids of racers with a silhouette as in gui/widgets/swatch.py (2 triangle,
// 3 square, 4 pentagon, 5 hexagon, 6 diamond, 7 star, 8 plus), 0 disc, −1 minimum, −2 maximum, −3 saddle, −4 others.

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

// Pixels outside of a regular polygon whose corners, the first at angle `first`, lie r from the middle.
float outside_of_polygon(vec2 p, float r, float corners, float first) {
    float half_side = 3.14159265 / corners;
    float a = mod(atan(p.y, p.x) - first + half_side, 2.0 * half_side) - half_side;
    return length(p) * cos(half_side - abs(a)) - r * cos(half_side);
}

// Pixels outside of the silhouette of a solid of radius r, at p from its middle, y upwards.
float outside_of_solid(vec2 p, float r, float kind) {
    if (kind < 2.5) return outside_of_polygon(p, r, 3.0, -1.5707963);
    if (kind < 3.5) return outside_of_polygon(p, r, 4.0, 0.7853982);
    if (kind < 4.5) return outside_of_polygon(p, r, 5.0, 1.5707963);
    if (kind < 5.5) return outside_of_polygon(p, r, 6.0, 0.0);
    if (kind < 6.5) return outside_of_polygon(p, r, 4.0, 0.0);
    if (kind < 7.5) { // a star of five points: the line from a point to the notch beside it
        float a = abs(mod(atan(p.y, p.x) - 1.5707963 + 0.6283185, 1.2566371) - 0.6283185);
        vec2 q = length(p) * vec2(cos(a), sin(a));
        vec2 side = normalize(vec2(0.45 * sin(0.6283185), 1.0 - 0.45 * cos(0.6283185)));
        return dot(q - vec2(r, 0.0), side);
    }
    vec2 q = abs(p);
    vec2 upright = q - vec2(0.3, 1.0) * r, level = q - vec2(1.0, 0.3) * r;
    return min(max(upright.x, upright.y), max(level.x, level.y));
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
    float inner = v_radius - u_rim_px;
    float outside = r - inner; // of what lies within the rim
    if (v_solid > 1.5) {
        // Corners are not drawn out into spikes by their rim.
        outside = max(outside_of_solid(v_disc * v_radius, inner, v_solid), r - v_radius + u_rim_px - 0.6);
    }
    float cover = clamp(u_rim_px + 0.5 - outside, 0.0, 1.0);
    if (cover <= 0.0) discard;
    vec2 p = v_disc * v_radius / max(inner, 1.0);
    vec3 n = vec3(p, sqrt(max(1.0 - dot(p, p), 0.0)));
    float key = max(dot(n, u_ball_light), 0.0);
    vec3 color = v_color.rgb;
    if (v_solid > 0.5) {
        float shine = pow(max(dot(reflect(-u_ball_light, n), vec3(0.0, 0.0, 1.0)), 0.0), 24.0);
        color = color * (0.52 + 0.56 * key) + vec3(0.55 * shine);
    }
    float rim = clamp(outside + 0.5, 0.0, 1.0);
    color = mix(min(color, 1.0), v_rim.rgb, rim * v_rim.a);
    float opacity = cover * mix(v_color.a, max(v_color.a, v_rim.a), rim) * u_opacity;
    o_color = vec4(color, 1.0) * opacity;
}

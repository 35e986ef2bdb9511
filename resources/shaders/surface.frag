// The look of the surface, pixel by pixel: the colour of the height, level lines, grid lines, light.
// Macros: FLOOR draws the flat projection, EDGES knows where the function is undefined, CLIPPED leaves out what
// lies beyond the drawn range, GRID draws grid lines, WIRE only them. They are macros and no uniforms because a
// software renderer computes both sides of every branch.
#include "light.glsl"

uniform sampler2D u_field;
uniform sampler2D u_colors;    // colour of a height, lowest first
uniform sampler2D u_levels;    // place (see below) → nearest level, 1 for index lines, 1 for light lines, gap to the next
uniform vec2 u_color_scale;    // texture coordinate of a height: x · height + y
uniform float u_line_px;       // width of a level line; 0: none
uniform vec4 u_line_dark;      // colour and opacity of lines on light colours
uniform vec4 u_line_light;
uniform vec4 u_grid;           // first line and spacing of the grid lines: x, dx, y, dy, in the box
uniform vec4 u_grid_color;
uniform float u_pixel;         // one logical pixel in physical ones
uniform float u_opacity;
uniform float u_thinned;       // 1: the mesh has fewer nodes than the texture
uniform vec3 u_under;          // tint of the underside
uniform vec3 u_undefined;
uniform vec3 u_ground;         // the floor is mixed with this
uniform float u_ground_share;

in vec2 v_uv;
in vec3 v_place;
in float v_height;

out vec4 o_color;

float slope_px(float value) {
    return max(length(vec2(dFdx(value), dFdy(value))), 1e-9);
}

// The share of the pixel that a line of `width` pixels covers, its middle `distance` pixels away.
float coverage(float distance, float width) {
    return clamp(0.5 * width + 0.5 - distance, 0.0, 1.0) * min(width, 1.0);
}

float grid_coverage(float place, float first, float spacing, float width) {
    float t = (place - first) / spacing;
    float distance = abs(fract(t - 0.5) - 0.5) / slope_px(t);
    return coverage(distance, width);
}

void main() {
    vec4 field = texture(u_field, v_uv);
    float height = field.x;
#ifdef CLIPPED
    if (v_height < -1e-6 || v_height > 1.000001) discard;
#endif
#ifdef EDGES
#ifdef FLOOR
    if (field.w <= 0.0) {
        o_color = vec4(u_undefined, 1.0) * u_opacity;
        return;
    }
#else
    // Beside the edge of the domain the mesh knows better than the texture.
    height = mix(v_height, height, u_thinned * smoothstep(0.5, 1.0, field.w));
#endif
#endif
    float inside = clamp(height, 0.0, 1.0);
    vec3 color = texture(u_colors, vec2(u_color_scale.x * inside + u_color_scale.y, 0.5)).rgb;

#ifdef FLOOR
    color = mix(color, u_ground, u_ground_share);
#else
    vec3 view = toward_eye(v_place);
    vec3 n = normalize(vec3(-field.yz, 1.0));
    bool under = dot(n, view) < 0.0;
    if (under) {
        n = -n;
        color = mix(color, vec3(dot(color, vec3(0.3, 0.6, 0.1))), 0.35) * u_under;
    }
#endif

    vec4 line = vec4(0.0);
    if (u_line_px > 0.0) {
        // Levels may lie very close at either end of the range, so the table is finer there.
        float from_middle = 2.0 * inside - 1.0;
        float near_end = sqrt(sqrt(1.0 - abs(from_middle)));
        vec4 level = texture(u_levels, vec2(0.5 + 0.5 * sign(from_middle) * (1.0 - near_end), 0.5));
        float slope = slope_px(height);
        float width = u_line_px * (1.0 + 0.75 * level.y);
        float cover = coverage(abs(height - level.x) / slope, width);
        // Lines closer than a few pixels fade into the colour instead of blackening it.
        cover *= smoothstep(1.5, 4.5, level.w * (1.0 + 2.0 * level.y) / slope / u_pixel) * step(1e-7, slope);
        line = mix(u_line_dark, u_line_light, level.z);
        line.a *= cover * (0.8 + 0.2 * level.y);
    }
#ifdef FLOOR
    color = mix(color, line.rgb, line.a);
    o_color = vec4(color, 1.0) * u_opacity;
#else
    color = mix(color, line.rgb, line.a);
    float mesh = 0.0;
#ifdef GRID
    mesh = max(grid_coverage(v_place.x, u_grid.x, u_grid.y, u_pixel),
               grid_coverage(v_place.y, u_grid.z, u_grid.w, u_pixel));
#ifndef WIRE
    color = mix(color, u_grid_color.rgb, mesh * u_grid_color.a);
#endif
#endif
    color = under ? lit_under(color, n, view) : lit(color, n, view, 0.16);
    float opacity = u_opacity;
#ifdef WIRE
    opacity = mix(0.10, 1.0, mesh) * u_opacity;
#endif
    o_color = vec4(min(color, 1.0), 1.0) * opacity;
#endif
}

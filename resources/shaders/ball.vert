// Balls that keep their size on the screen: each instance is one, drawn as a square facing the eye.

layout(location = 0) in vec4 a_ball;   // the point it rests on, radius in pixels
layout(location = 1) in vec4 a_normal; // of the surface there; w: 1 lit ball, above: another solid, 0 flat disc, below: a mark
layout(location = 2) in vec4 a_color;
layout(location = 3) in vec4 a_rim;

uniform mat4 u_matrix;
uniform vec2 u_viewport;
uniform vec3 u_right;
uniform vec3 u_up;
uniform vec3 u_eye;
uniform vec3 u_toward;
uniform float u_orthographic;
uniform float u_scale;     // physical pixels for one of the radius
uniform float u_unit;      // of the box in one pixel, at distance 1 (perspective) or everywhere
uniform float u_lift;
uniform vec3 u_shadow;     // towards the light that casts it

out vec2 v_disc;           // −1 to 1 within the ball
out vec4 v_color;
out vec4 v_rim;
flat out float v_radius;
flat out float v_solid;

void main() {
    float radius_px = a_ball.w * u_scale;
    vec3 place = a_ball.xyz;
    float unit = u_unit * (u_orthographic > 0.5 ? 1.0 : max(dot(u_eye - place, u_toward), 1e-3));
    float radius = radius_px * unit;
    vec3 toward = u_orthographic > 0.5 ? u_toward : normalize(u_eye - place);
    vec3 n = dot(a_normal.xyz, toward) < 0.0 ? -a_normal.xyz : a_normal.xyz;
    vec3 middle = place + n * radius * 0.9 * clamp(a_normal.w, 0.0, 1.0);
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID >> 1) * 2 - 1);
    float reach = (radius_px + 1.5) / radius_px * (a_normal.w < -0.5 || a_normal.w > 1.5 ? 1.25 : 1.0); // room for the smooth rim
    v_disc = corner * reach;
#ifdef SHADOW
    // A soft disc on the surface under the ball, a little away from the light.
    vec3 across = normalize(cross(n, abs(n.x) < 0.9 ? vec3(1.0, 0.0, 0.0) : vec3(0.0, 1.0, 0.0)));
    vec3 onward = cross(n, across);
    vec3 aside = -u_shadow + n * dot(n, u_shadow);
    vec3 foot = place + radius * (0.55 * aside + 1.75 * (across * corner.x + onward * corner.y));
    gl_Position = u_matrix * vec4(foot, 1.0);
    gl_Position.z -= u_lift * gl_Position.w;
    v_disc = corner;
    v_color = vec4(0.0, 0.0, 0.0, a_normal.w > 0.5 ? 1.0 : 0.0);
    v_rim = vec4(0.0);
    v_radius = radius_px;
    v_solid = a_normal.w;
    return;
#endif
    vec4 clip = u_matrix * vec4(middle, 1.0);
    vec4 edge = u_matrix * vec4(middle + toward * radius, 1.0); // the depth of its front
    gl_Position = vec4(clip.xy + corner * reach * radius_px * 2.0 / u_viewport * clip.w,
                       (edge.z / edge.w - u_lift) * clip.w, clip.w);
    v_color = a_color;
    v_rim = a_rim;
    v_radius = radius_px;
    v_solid = a_normal.w;
}

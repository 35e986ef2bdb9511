// Triangles of one colour each: planes of the slices, arrow heads, shadows.

layout(location = 0) in vec3 a_place;
layout(location = 1) in vec4 a_color;
layout(location = 2) in vec2 a_disc; // a soft disc: its local coordinates, −1 to 1; else 0
layout(location = 3) in vec3 a_sides; // the share of the way from each side to the corner opposite; 1: no edge

uniform mat4 u_matrix;
uniform float u_lift;

out vec4 v_color;
out vec3 v_place;
out vec2 v_disc;
out vec3 v_sides;

void main() {
    gl_Position = u_matrix * vec4(a_place, 1.0);
    gl_Position.z -= u_lift * gl_Position.w;
    v_color = a_color;
    v_place = a_place;
    v_disc = a_disc;
    v_sides = a_sides;
}

// The floor under the surface: one square.

uniform sampler2D u_field;
uniform mat4 u_matrix;
uniform vec2 u_size;  // of the samples
uniform int u_thin;    // u_field holds every u_thin-th of them
uniform float u_floor; // its z

out vec2 v_uv;
out vec3 v_place;
out float v_height;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    v_uv = (corner * (u_size - 1.0) / float(u_thin) + 0.5) / vec2(textureSize(u_field, 0));
    v_place = vec3(corner * 2.0 - 1.0, u_floor);
    v_height = 0.5;
    gl_Position = u_matrix * vec4(v_place, 1.0);
}

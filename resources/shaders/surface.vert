// The grid of the surface: vertex number → column and row → place. Nothing but the heights is uploaded.

uniform sampler2D u_field;    // height, slopes of the box along x and y, signed distance to the undefined
uniform sampler2D u_nodes;    // EDGES: of each node the column and row in the full grid, and the height
uniform mat4 u_matrix;
uniform int u_columns;        // of the (thinned) grid
uniform int u_stride;         // of its nodes, in samples
uniform vec2 u_size;          // of the samples
uniform int u_thin;           // u_field holds every u_thin-th of them
uniform int u_flip_x;         // the order of drawing: near to far, or far to near
uniform int u_flip_y;
uniform int u_rows;

out vec2 v_uv;
out vec3 v_place;
out float v_height;

void main() {
    ivec2 texels = textureSize(u_field, 0);
    ivec2 cell = ivec2(gl_VertexID % u_columns, gl_VertexID / u_columns);
    if (u_flip_x != 0) cell.x = u_columns - 1 - cell.x;
    if (u_flip_y != 0) cell.y = u_rows - 1 - cell.y;
#ifdef EDGES
    vec3 moved = texelFetch(u_nodes, cell, 0).xyz;
    vec2 node = moved.xy;
    float height = moved.z;
#else
    vec2 node = vec2(min(cell * u_stride, ivec2(u_size) - 1));
    float height = texelFetch(u_field, min(cell * (u_stride / u_thin), texels - 1), 0).x;
#endif
    v_uv = (node / float(u_thin) + 0.5) / vec2(texels);
    height = clamp(height, -4.0, 5.0); // so it is cut off level, at the end of the range
    v_height = height;
    v_place = vec3(node / (u_size - 1.0) * 2.0 - 1.0, (height - 0.5) * 1.2);
    gl_Position = u_matrix * vec4(v_place, 1.0);
}

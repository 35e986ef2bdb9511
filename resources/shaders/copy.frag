// Pixel for pixel from a picture of the same size that begins at u_origin of the target.

uniform sampler2D u_picture;
uniform vec2 u_origin;

out vec4 o_color;

void main() {
    o_color = texelFetch(u_picture, ivec2(gl_FragCoord.xy - u_origin), 0);
}

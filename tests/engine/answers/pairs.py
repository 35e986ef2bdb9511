"""Pairs of an answer and what was expected, with what must be said of them.

In the conventions of the answer tests that assessment systems publish: STACK's AlgEquiv, NumRelative, Units,
vectors, WeBWorK's Formula, Real and Vector. Domains as there: equal where both have a value.
"""

RIGHT = """
2x+3y ~ 3y+2x
2*x+3*y ~ 3y + 2x
x+x ~ 2x
x+x^2 ~ x^2+x
(x-1)^2 ~ x^2-2x+1
(x-1)(x^2+x+1) ~ x^3-1
(x+y)^2 ~ x^2+2xy+y^2
(x-1)/(x^2-1) ~ 1/(x+1)
(1-x)/(x-1) ~ -1
x^2/x ~ x
1/n-1/(n+1) ~ 1/(n(n+1))
0.5x ~ x/2
1/2 ~ 0.5
x^(1/2) ~ sqrt(x)
sqrt(x)^2 ~ x
sqrt(x^2) ~ |x|
abs(x)^2 ~ x^2
x^(-1) ~ 1/x
a^2/b^3 ~ a^2 b^(-3)
1/(1/x) ~ x
sqrt(8) ~ 2sqrt(2)
sqrt(12) ~ 2sqrt(3)
1/sqrt(2) ~ sqrt(2)/2
(1+sqrt(5))/2 ~ 2/(sqrt(5)-1)
4^((n+1)/2) ~ 2^(n+1)
2^(2n) ~ 4^n
e^(x+y) ~ e^x e^y
exp(x) ~ e^x
e^(ln(x)) ~ x
ln(e^x) ~ x
(e^x)^2 ~ e^(2x)
e^(-x) ~ 1/e^x
log(x^2) ~ 2ln(x)
ln(x y) ~ ln(x)+ln(y)
ln(x/y) ~ ln(x)-ln(y)
ln(3) ~ log(3)
log10(100x) ~ 2+log10(x)
log_2(8) ~ 3
sin(x)^2+cos(x)^2 ~ 1
sin^2 x ~ 1-cos^2 x
2sin(x)cos(x) ~ sin(2x)
cos(2x) ~ 2cos(x)^2-1
cos(2x) ~ 1-2sin^2(x)
tan(x) ~ sin(x)/cos(x)
sec(x)^2 ~ 1+tan(x)^2
sec(x)^2 ~ 1/cos^2 x
cot(x) ~ cos(x)/sin(x)
sin(x+pi/2) ~ cos(x)
sin(x+y) ~ sin(x)cos(y)+cos(x)sin(y)
cos(x) ~ cos(-x)
sin(3x) ~ 3sin(x)-4sin(x)^3
cosh(x)^2-sinh(x)^2 ~ 1
cosh(x) ~ (e^x+e^(-x))/2
tanh(x) ~ (e^x-e^-x)/(e^x+e^-x)
tanh(x) ~ 2sigmoid(2x)-1
1/(1+e^(-x)) ~ sigmoid(x)
e^x/(1+e^x) ~ sigmoid(x)
sigmoid(x)(1-sigmoid(x)) ~ e^(-x)/(1+e^(-x))^2
arsinh(x) ~ ln(x+sqrt(x^2+1))
arctan(x) + arctan(1/x) ~ pi/2 sign(x)
arcsin(x)+arccos(x) ~ pi/2
max(x,y) ~ (x+y+|x-y|)/2
relu(x) ~ max(0,x)
relu(x) ~ (x+|x|)/2
step(x) ~ piecewise(x>0: 1, 0)
sign(x) ~ x/|x|
|x y| ~ |x||y|
sqrt(x^2+y^2) ~ norm(x,y)
-x/sqrt(1-x^2) ~ -x (1-x^2)^(-1/2)
x! ~ gamma(x+1)
-2x e^(-x^2) ~ -2x/exp(x^2)
-2x exp(-x^2-y^2) ~ -2x e^(-x^2)e^(-y^2)
2(1-x)(-1)-400x(y-x^2) ~ 2x-2-400xy+400x^3
200(y-x^2) ~ 200y-200x^2
2x/(1+x^2) ~ (2x)/(x^2+1)
(x^2-y^2)/(x-y) ~ x+y
(1-x^2)/(1+x^2)^2 ~ 1/(1+x^2) - 2x^2/(1+x^2)^2
y/(x^2+y^2) ~ 1/(x^2/y+y)
-1/x^2 ~ -x^-2
x^1.5 ~ x sqrt(x)
x^{2/3} ~ (x^2)^{1/3}
\\frac{2x}{3} ~ 2x/3
\\frac{1}{2\\sqrt{x}} ~ 1/(2x^0.5)
2 \\cdot x \\cdot y ~ 2xy
2x²y ~ 2x^2 y
theta_1 + θ_2 ~ θ1 + theta2
w1 x1 ~ x_1*w_1
∂f/∂x = 2x+3y ~ 2x+3y
f_x = 2x+3y ~ 3y+2x
\\frac{\\partial f}{\\partial x} = 2x ~ 2x
f'(x) = 3x^2 ~ 3x^2
z ~ z
0 ~ x-x
0 ~ sin(x)^2+cos(x)^2-1
5 ~ 5.0
1e3 x ~ 1000x
(x+1)^10 ~ (1+x)^10
(x^4-1)/(x-1) ~ x^3+x^2+x+1
x^50 y^3 ~ y^3 x^50
sqrt(x-1000) ~ (x-1000)^0.5
arcsin(x-50) ~ -arcsin(50-x)
ln(x-1e6) ~ -ln(1/(x-1e6))
sqrt(1-x^2-y^2-z^2) ~ (1-(x^2+y^2+z^2))^(1/2)
0.30000000000000004x ~ 0.3x
0.6666666666666666x ~ 2x/3
exp(-x^2)/2 + exp(-x^2)/2 ~ exp(-x^2)
"""

WRONG = """
2x ~ 2x+3y
3x+2y ~ 2x+3y
x-1 ~ 1-x
x^2 ~ x^3
(x+y)^2 ~ x^2+y^2
(x-1)^2 ~ x^2-2x-1
(x-1)^2 ~ (x-2)^2
1/(x+y) ~ 1/x+1/y
sqrt(x^2) ~ x
|x| ~ x
sqrt(x+y) ~ sqrt(x)+sqrt(y)
ln(x+y) ~ ln(x)+ln(y)
ln(x)^2 ~ 2ln(x)
ln(x-3) ~ ln(3-x)
sqrt(x-1) ~ sqrt(-1-x)
arcsin(x) ~ arcosh(x+1.5)
e^x ~ x^e
e^(x^2) ~ (e^x)^2
-x^2 ~ (-x)^2
2^x ~ x^2
sin(x) ~ x
sin(x) ~ cos(x)
sin(x)^2 ~ sin(x^2)
sin(2x) ~ 2sin(x)
tan(x) ~ cot(x)
arcsin(x) ~ 1/sin(x)
1/2x ~ 1/(3x)
exp(-x^2) ~ 0
exp(-x^2) ~ 2exp(-x^2)
exp(-x^2) ~ exp(-x^4)
1+exp(-x^2) ~ 1
x+exp(-100x^2) ~ x
tanh(1000x) ~ sign(x)
sigmoid(50x) ~ step(x)
sign(x) ~ 1
sign(x)^2 + relu(x-2000) ~ 1
max(x,5) ~ max(x,5)+relu(x-100)
floor(x) ~ x
floor(x) ~ round(x)
0.333x ~ x/3
3.14x ~ pi x
3.14159 ~ pi
2.718^x ~ e^x
x+0.001 ~ x
x+1e-20 ~ x
x^2.0001 ~ x^2
1.000001x ~ x
arctan(x)+arctan(1/x) ~ pi/2
relu(x) ~ x
leakyrelu(x) ~ relu(x)
softplus(x) ~ relu(x)
gelu(x) ~ silu(x)
cbrt(x) ~ x/3
2x ~ 2X
2xy ~ 2xz
x y ~ x+y
x^y ~ y^x
a x^2 ~ b x^2
theta ~ phi
0 ~ 2x+3y
1 ~ 0
7 ~ 8
2x+C ~ 2x
n! ~ n^2
x/0.5 ~ x/2
sqrt(-1-x^2) ~ x
(x^2+1)^0 ~ x
1e-30 x ~ 2e-30 x
1e-12 ~ 0
x^3/3 ~ x^2
-sin(x) ~ sin(x)
cos(x^2) ~ 2x cos(x^2)
e^(3x) ~ 3e^(3x)
2x/(x^2+y^2)^2 ~ 2x/(x^2+y^2)
"""

NUMBERS = [  # answer, expected, tolerance, verdict
    ("3", "3", None, "right"),
    ("6/2", "3", None, "right"),
    ("0.75", "3/4", None, "right"),
    ("75%", "0.75", None, "right"),
    ("1.5e-3", "0.0015", None, "right"),
    ("sqrt(2)/2", "1/sqrt(2)", None, "right"),
    ("2 pi", "6.283185307179586", None, "right"),
    ("ln(8)", "3 ln 2", None, "right"),
    ("3.14", "pi", 0.005, "right"),
    ("3.14", "pi", 0.001, "wrong"),
    ("3.14", "pi", None, "wrong"),
    ("3.3", "10/3", "1 %", "right"),
    ("3.3", "10/3", "0.5 %", "wrong"),
    ("3.15", "3.1", 0.05, "right"),
    ("3.1501", "3.1", 0.05, "wrong"),
    ("-3", "3", None, "wrong"),
    ("1e-9", "0", None, "wrong"),
    ("0", "0", None, "right"),
    ("320 cm", "3.2 m", None, "right"),
    ("3.2", "3.2 m", None, "wrong"),
    ("3.2 s", "3.2 m", None, "wrong"),
    ("3.2 m", "3.2", None, "wrong"),
    ("72 km/h", "20 m/s", None, "right"),
    ("19.9 m/s", "20 m/s", 0.1, "right"),
    ("20 m s^-1", "20 m/s", None, "right"),
    ("1 kg m/s^2", "1 N", None, "right"),
    ("1.5 kWh", "5.4 MJ", None, "right"),
    ("90 min", "1.5 h", None, "right"),
    ("500 g", "0.5 kg", None, "right"),
    ("500 mg", "0.5 kg", None, "wrong"),
]

VECTORS = [
    ("(2x+3y, 3x+2y)", "<2x+3y, 3x+2y>", "right"),
    ("[2x+3y; 3x+2y]", "(3y+2x, 2y+3x)", "right"),
    (r"\begin{pmatrix} 2x \\ 3y \end{pmatrix}", "(2x, 3y)", "right"),
    (r"\left(2x, 3y\right)", "(2x, 3y)", "right"),
    ("2x i + 3y j", "(2x, 3y)", "right"),
    ("i - 2j + 3k", "(1, -2, 3)", "right"),
    ("∇f = (2x, 2y)", "(2x, 2y)", "right"),
    ("(1, 2)", "[1, 2]", "right"),
    ("(0.5, 1/3)", "(1/2, 1/3)", "right"),
    ("(max(x, y), 1)", "(max(y, x), 1)", "right"),
    ("(2, 1)", "(1, 2)", "wrong"),
    ("(1, 2, 0)", "(1, 2)", "wrong"),
    ("2x+3y", "(2x, 3y)", "wrong"),
    ("(2x, -3y)", "(2x, 3y)", "wrong"),
    ("(-2x, -3y)", "(2x, 3y)", "wrong"),
]

UPDATES = [
    ("θ ← θ − η∇f", r"\theta \leftarrow \theta - \eta \nabla f(\theta)", "right"),
    ("theta_{t+1} = theta_t - eta grad f(theta_t)", "θ ← θ − η∇f", "right"),
    ("θ_t = θ_{t-1} − η g_t", "θ ← θ − η∇f", "right"),
    ("w -= lr * grad", "θ ← θ − η∇f", "right"),
    ("w := w - α dL/dw", "w ← w − η ∂L/∂w", "right"),
    ("x_new = x_old - gamma f'(x_old)", "x ← x − η f'(x)", "right"),
    ("θ + (−η) g → θ", "θ ← θ − η∇f", "right"),
    ("Δθ = −η∇f(θ)", "θ ← θ − η∇f", "right"),
    ("theta - eta*g", "θ ← θ − η∇f", "right"),
    ("v = 0.9v + g; θ = θ − η v", "v ← g + 0.9 v\nθ ← θ − η v", "right"),
    ("x ← x − 0.1 ∂f/∂x", "x ← x − ∂f/∂x / 10", "right"),
    (r"x_{n+1} = x_n - \eta \frac{\partial f}{\partial x}", "x ← x − η f_x", "right"),
    ("w - lr * dL/dw", "w <- w - eta dL/dw", "right"),
    ("w - lr * dw", "w <- w - eta dL/dw", "right"),
    ("w ← w − η ∂L/∂w", "θ ← θ − η∇f", "right"),
    ("w_1 ← w_1 − η ∂L/∂w_2", "w_1 ← w_1 − η ∂L/∂w_1", "wrong"),
    ("θ ← θ + η∇f", "θ ← θ − η∇f", "wrong"),
    ("θ ← θ − ∇f", "θ ← θ − η∇f", "wrong"),
    ("θ ← η∇f", "θ ← θ − η∇f", "wrong"),
    ("θ ← θ − η²∇f", "θ ← θ − η∇f", "wrong"),
    ("θ ← −η∇f", "θ ← θ − η∇f", "wrong"),
    ("x ← x − η ∂f/∂y", "x ← x − η ∂f/∂x", "wrong"),
    ("y ← y − η ∂f/∂y", "x ← x − η ∂f/∂x", "wrong"),
    ("θ ← θ − η∇f(θ + 0.9 v)", "θ ← θ − η∇f(θ)", "wrong"),
    ("θ = θ − η v; v = 0.9v + g", "v = 0.9v + g; θ = θ − η v", "wrong"),
]

using System.Numerics;

namespace ModelBuild.Compiler.Ops.Signal;

/// <summary>The discrete Fourier transform by its definition; even lengths are halved first.</summary>
internal static class FourierReference
{
    /// <summary>The transform of a sequence, or without its factor 1 / n the inverse one.</summary>
    public static Complex[] Transform(Complex[] x, bool inverse, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int n = x.Length;
        Complex[] y = new Complex[n];
        if (n % 2 == 0 && n > 2)
        {
            Complex[] even = Transform([.. x.Where((_, i) => i % 2 == 0)], inverse, cancellation);
            Complex[] odd = Transform([.. x.Where((_, i) => i % 2 == 1)], inverse, cancellation);
            for (int k = 0; k < n; k++)
            {
                y[k] = even[k % (n / 2)] + (Root(k, n, inverse) * odd[k % (n / 2)]);
            }

            return y;
        }

        for (int k = 0; k < n; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < n; i++)
            {
                y[k] += x[i] * Root((long)k * i % n, n, inverse);
            }
        }

        return y;
    }

    private static Complex Root(long k, int n, bool inverse) => Complex.FromPolarCoordinates(1, (inverse ? 2 : -2) * Math.PI * k / n);
}

namespace ModelBuild.Kernels;

/// <summary>Floating-point numbers of 8 and fewer bits, each stored in a byte.</summary>
public enum SmallFloat
{
    /// <summary>4 bits of exponent, 3 of mantissa, no infinities (OCP E4M3).</summary>
    E4M3,

    /// <summary>4 bits of exponent, 3 of mantissa, no infinities, one NaN and no negative zero.</summary>
    E4M3Uz,

    /// <summary>5 bits of exponent, 2 of mantissa (OCP E5M2).</summary>
    E5M2,

    /// <summary>5 bits of exponent, 2 of mantissa, no infinities, one NaN and no negative zero.</summary>
    E5M2Uz,

    /// <summary>2 bits of exponent, 1 of mantissa, neither infinities nor NaN (OCP E2M1).</summary>
    E2M1,

    /// <summary>A power of 2 (OCP E8M0).</summary>
    E8M0,
}

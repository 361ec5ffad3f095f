using System.Globalization;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>What is known of the height or the width of the images that an ImageDecoder takes.</summary>
/// <param name="IsHeight">Else it is the width.</param>
/// <param name="Declared">A number, the name that the model has for it, or unknown.</param>
/// <param name="Minimum">Least size.</param>
/// <param name="Maximum">Greatest size; <see cref="int.MaxValue"/> without a bound.</param>
/// <param name="Step">Sizes are the least one and whole steps above it.</param>
internal readonly record struct DecodedAxis(bool IsHeight, Dim Declared, int Minimum, int Maximum, int Step)
{
    /// <summary>Strings: the height and the width, a number or a name each. The importer sets it from the declared type of the output, and no file holds it.</summary>
    public const string SizesAttribute = InternalDomain.AttributePrefix + "sizes";

    /// <summary>Integers: least and greatest size and step of both.</summary>
    public const string BoundsAttribute = InternalDomain.AttributePrefix + "bounds";

    private const int Axes = 2;
    private const int NumbersOfBounds = 3;

    /// <summary>The size where only one is possible, else the name.</summary>
    public Dim Dim => Minimum == Maximum ? Minimum : Declared;

    /// <summary>Height and width.</summary>
    public static DecodedAxis[] Of(Node node)
    {
        string[] sizes = node.Attributes.TryGet(SizesAttribute, out StringsAttribute? declared) && declared.Values.Length == Axes ? declared.Values : ["?", "?"];
        long[]? bounds = node.Attributes.GetInts(BoundsAttribute) is { Length: Axes * NumbersOfBounds } given ? given : null;
        return [.. sizes.Select((text, axis) =>
        {
            Dim size = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? new Dim(number) : new Dim(text);
            (int least, int most, int step) = size.IsKnown ? (number, number, 1)
                : bounds is null ? (1, int.MaxValue, 1)
                : ((int)bounds[NumbersOfBounds * axis], (int)bounds[(NumbersOfBounds * axis) + 1], (int)bounds[(NumbersOfBounds * axis) + 2]);
            return new DecodedAxis(axis == 0, size, least, most, step);
        })];
    }

    /// <summary>Declares sizes.</summary>
    /// <param name="attributes">Those of an ImageDecoder.</param>
    public static void Declare(AttributeMap attributes, Dim height, Dim width) => attributes[SizesAttribute] = new StringsAttribute([height.ToString(), width.ToString()]);

    /// <summary>Bounds sizes.</summary>
    /// <param name="attributes">Those of an ImageDecoder.</param>
    /// <param name="bounds">Least and greatest size and step of both.</param>
    public static void Bound(AttributeMap attributes, long[] bounds) => attributes[BoundsAttribute] = new IntsAttribute(bounds);
}

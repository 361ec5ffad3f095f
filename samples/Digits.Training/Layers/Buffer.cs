namespace Digits.Training.Layers;

/// <summary>An array that grows to what is asked and is used again afterwards.</summary>
internal static class Buffer
{
    /// <summary>Makes <paramref name="array"/> hold at least <paramref name="length"/> values; its content is undefined.</summary>
    public static float[] Ensure(ref float[] array, int length)
    {
        if (array.Length < length)
        {
            array = new float[length];
        }

        return array;
    }
}

using System.Xml;
using System.Xml.Linq;

namespace ModelBuild.Tasks;

/// <summary>Finds an item in the text of a project file: MSBuild does not tell tasks where an item stands.</summary>
internal static class ProjectItem
{
    private const string ItemType = "DeployModel";

    /// <summary>
    /// The place of the metadata <paramref name="setting"/>, else of the element that includes the model, else, when the project has one such element, of that. An item that an imported
    /// file brings, or that only a wildcard names among others, has the project as its place.
    /// </summary>
    public static DiagnosticPlace Find(string project, string model, string setting)
    {
        XElement? item = Load(project) is { } elements
            ? elements.FirstOrDefault(e => Includes(e, project, model)) ?? (elements.Length == 1 ? elements[0] : null)
            : null;
        IXmlLineInfo? place = item?.Attributes().FirstOrDefault(a => IsNamed(a.Name, setting)) ?? item?.Elements().FirstOrDefault(e => IsNamed(e.Name, setting)) ?? (IXmlLineInfo?)item;
        return place is null ? new DiagnosticPlace(project, 0, 0) : new DiagnosticPlace(project, place.LineNumber, place.LinePosition);
    }

    private static XElement[]? Load(string project)
    {
        try
        {
            XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit };
            using XmlReader reader = XmlReader.Create(project, settings);
            return [.. XDocument.Load(reader, LoadOptions.SetLineInfo).Descendants().Where(e => e.Name.LocalName == ItemType)];
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Includes(XElement element, string project, string model)
    {
        string folder = Path.GetDirectoryName(project) ?? "";
        string[] paths = element.Attribute("Include")?.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return paths.Any(p => string.Equals(Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(p).Replace('\\', Path.DirectorySeparatorChar))), Path.GetFullPath(model), StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsNamed(XName name, string setting) => string.Equals(name.LocalName, setting, StringComparison.OrdinalIgnoreCase);
}
